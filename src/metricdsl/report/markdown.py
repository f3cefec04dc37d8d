"""A scorecard as Markdown: a table of all metrics, and below it a section for each with what there is to say of it."""

from collections.abc import Iterator

from metricdsl.execution.shown import printable
from metricdsl.insight.scorecard import Row, Scorecard
from metricdsl.report import words


def markdown(card: Scorecard) -> str:
    """The page, ending with a line feed."""
    return "\n".join(_lines(card)).rstrip() + "\n"


def _lines(card: Scorecard) -> Iterator[str]:
    yield f"# {_text(card.label)}"
    yield ""
    yield _text(words.headline(card))
    yield ""
    if card.about:
        yield from (_text(card.about), "")
    yield f"**{_text(words.summary(card))}**"
    for told in (words.unfinished(card), *card.notes):
        if told:
            yield from ("", _text(told))
    for band in card.bands:
        yield ""
        if band.title:
            yield from (f"## {_text(band.title.capitalize())}", "")
        heads = ["status", "metric", card.period_text, "goal", "of goal"]
        heads += ["by now"] * words.paced(card)
        heads += [f"vs {name}" for name in words.compared_with(card)] + ["usual range"]
        yield f"| {' | '.join(map(_text, heads))} |"
        yield f"| --- | --- |{' ---: |' * (len(heads) - 3)} --- |"
        for row in band.rows:
            cells = [words.status(row), words.title(row), words.value(row), words.goal(row)]
            cells += [words.percent(row.judgement.attainment)]
            cells += [words.by_now(row)] * words.paced(card)
            cells += [words.change(row, one) for one in row.changes] + [words.usual(row, card)]
            yield f"| {' | '.join(map(_text, cells))} |"
    yield from _objectives(card)
    yield from ("", "## What each number says")
    for row in card.rows:
        yield from _of_row(row, card)
    if card.events:
        yield from ("", "## Events", "")
        for one in card.events:
            until = f" to {one.end}" if one.end is not None else ""
            phase = f" (a new phase: {_text(one.phase)})" if one.phase else ""
            yield f"- {one.start}{until}: {_text(one.title)}{phase}"


def _of_row(row: Row, card: Scorecard) -> Iterator[str]:
    yield from ("", f"### {_text(words.title(row))}", "")
    if row.note.about:
        yield from (_text(row.note.about), "")
    for told in words.sentences(row, card):
        yield f"- {_text(told)}"


def _objectives(card: Scorecard) -> Iterator[str]:
    if card.objectives:
        yield from ("", "## Objectives", "")
    for one in card.objectives:
        said = words.objective(one.label, one.level, one.status, one.judged, one.of, one.attainment)
        because = f" — {', '.join(one.because)}" if one.because else ""
        yield f"{'  ' * one.depth}- {_text(said + because)}"
    for told in words.coverage(card):
        yield from ("", f"{_text(told.capitalize())}.")


def _text(text: str) -> str:
    """Text that Markdown shows as it is, in one line; what stands between back-quotes is code."""
    parts = printable(" ".join(text.split())).split("`")
    if len(parts) % 2 == 0:  # one alone begins no code
        parts = ["\\`".join(map(_escaped, parts))]
        return parts[0]
    return "`".join(part if at % 2 else _escaped(part) for at, part in enumerate(parts))


def _escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\|*_[]<>#" else c for c in text)
