"""A scorecard as one HTML file that needs nothing else: a sheet of all metrics, and a card for each with its trend and what it says."""

from collections.abc import Iterator, Sequence
from html import escape

from metricdsl.execution.shown import printable
from metricdsl.insight.scorecard import Row, Scorecard
from metricdsl.report import words
from metricdsl.report.bullet import bullet
from metricdsl.report.html_style import STYLE
from metricdsl.report.trend import events_of, small_trend, trend

SHOWN = 12
"""Periods of the small trend."""


def html_page(card: Scorecard) -> str:
    """The page, ending with a line feed."""
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{_text(card.label)}, {_text(card.period_text)}</title>",
            f"<style>\n{STYLE}</style>",
            "</head>",
            "<body>",
            "<main>",
            *_head(card),
            *_sheet(card),
            *_objectives(card),
            *_cards(card),
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _head(card: Scorecard) -> Iterator[str]:
    yield f"<h1>{_text(card.label)}</h1>"
    yield f'<p class="soft">{_text(words.headline(card))}</p>'
    if card.about:
        yield f"<p>{_text(card.about)}</p>"
    yield f"<p><strong>{_text(words.summary(card))}</strong></p>"
    for told in (words.unfinished(card), *words.coverage(card), *card.notes):
        if told:
            yield f"<p>{_text(told[0].upper() + told[1:])}</p>"


def _sheet(card: Scorecard) -> Iterator[str]:
    """The table of all metrics, by class. Its roles are written out, since narrow pages show it as blocks."""
    heads = _heads(card)
    yield '<table class="sheet" role="table">'
    yield f"<caption>{_text(card.label)}, {_text(card.period_text)}</caption>"
    cells = "".join(
        f'<th scope="col" role="columnheader"{_class(number=number)}>{_text(head)}</th>'
        for head, number in heads
    )
    yield f'<thead role="rowgroup"><tr role="row">{cells}</tr></thead>'
    for band in card.bands:
        yield '<tbody role="rowgroup">'
        if band.title:
            yield (
                f'<tr role="row"><th class="band" role="rowheader" scope="rowgroup" colspan="{len(heads)}">'
                f"{_text(band.title.capitalize())}</th></tr>"
            )
        for row in band.rows:
            yield f'<tr role="row">{"".join(_cells(card, row, [head for head, _ in heads]))}</tr>'
        yield "</tbody>"
    yield "</table>"


def _heads(card: Scorecard) -> list[tuple[str, bool]]:
    """The heads of the columns, and whether numbers stand below them."""
    heads = [
        ("Status", False),
        ("Metric", False),
        (card.period_text, True),
        ("Goal", True),
        ("Of goal", True),
    ]
    heads += [("By now", True)] if words.paced(card) else []
    heads += [(f"vs {name}", True) for name in words.compared_with(card)]
    return [*heads, ("Trend", False), ("Usual", False)]


def _cells(card: Scorecard, row: Row, heads: Sequence[str]) -> Iterator[str]:
    status = row.status.value
    yield f'<td role="cell" class="status {status.replace(" ", "-")}">{_text(words.status(row))}</td>'
    yield f'<th scope="row" role="rowheader"><a href="#{_id(card, row)}">{_text(words.title(row))}</a></th>'
    shown = [
        (_text(words.value(row)), True),
        (_text(words.goal(row)), True),
        (_text(words.percent(row.judgement.attainment)) + bullet(row), True),
        *([(_text(words.by_now(row)), True)] if words.paced(card) else []),
        *((_text(words.change(row, one)), True) for one in row.changes),
        (small_trend(row, SHOWN), False),
        (_text(words.usual(row, card)), False),
    ]
    for (body, number), head in zip(shown, heads[2:], strict=True):
        empty = "" if body else "empty"
        yield f'<td role="cell" data-head="{_text(head)}"{_class(empty, number=number)}>{body}</td>'


def _objectives(card: Scorecard) -> Iterator[str]:
    if not card.objectives:
        return
    yield "<h2>Objectives</h2>"
    yield '<table class="sheet" role="table"><caption>Each stands as its worst</caption>'
    heads = ("Status", "Objective", "Reached", "Judged", "Because of", "Due", "Owner")
    cells = "".join(f'<th scope="col" role="columnheader">{head}</th>' for head in heads)
    yield f'<thead role="rowgroup"><tr role="row">{cells}</tr></thead><tbody role="rowgroup">'
    for one in card.objectives:
        status = one.status.value
        name = f"{'– ' * one.depth}{one.label}" + (f" ({one.level})" if one.level else "")
        shown = (
            words.percent(one.attainment),
            f"{one.judged} of {one.of}",
            ", ".join(one.because),
            "" if one.due is None else one.due.isoformat(),
            one.owner,
        )
        told = "".join(
            f'<td role="cell" data-head="{head}"{_class("" if body else "empty")}>{_text(body)}</td>'
            for head, body in zip(heads[2:], shown, strict=True)
        )
        yield (
            f'<tr role="row"><td role="cell" class="status {status.replace(" ", "-")}">'
            f"{_text(f'{words.SIGNS[one.status]} {status}')}</td>"
            f'<th scope="row" role="rowheader">{_text(name)}</th>{told}</tr>'
        )
    yield "</tbody></table>"


def _cards(card: Scorecard) -> Iterator[str]:
    yield '<div class="details">'
    yield "<h2>What each number says</h2>"
    yield '<div class="cards">'
    for row in card.rows:
        name = _id(card, row)
        yield f'<section class="card" id="{name}" aria-labelledby="{name}-title">'
        yield f'<h3 id="{name}-title">{_text(words.title(row))}</h3>'
        yield f'<p class="status {row.status.value.replace(" ", "-")}">{_text(words.status(row))}</p>'
        if row.note.about:
            yield f"<p>{_text(row.note.about)}</p>"
        yield from _figure(card, row)
        yield "<ul>"
        yield from (f"<li>{_prose(told)}</li>" for told in words.sentences(row, card))
        yield "</ul>"
        yield "</section>"
    yield "</div></div>"


def _figure(card: Scorecard, row: Row) -> Iterator[str]:
    """The trend, what its marks mean, and its numbers."""
    drawn = trend(row, card)
    if not drawn:
        return
    yield f"<figure>{drawn}"
    marks = ["line: the value"]
    marks += ["broken line and open point: not over"] if not card.finished else []
    if any(point.low is not None or point.high is not None for point in row.series):
        marks.append("thick steps: the goal")
    if row.phases:
        marks.append("area: the usual range, dotted its mean; diamond: a signal")
    marks += [f"{letter}: {one.title}, {one.start}" for letter, one in events_of(row, card)]
    yield f"<figcaption>{_text('; '.join(marks))}</figcaption></figure>"
    yield f"<details><summary>The numbers of {_text(row.title)}</summary>"
    yield f'<table><caption>{_text(row.title)} by {card.grain}</caption><thead><tr><th scope="col">Period</th>'
    yield '<th scope="col" class="number">Value</th><th scope="col" class="number">Goal</th>'
    yield '<th scope="col" class="number">Usual range</th><th scope="col">Signal</th></tr></thead><tbody>'
    for point in row.series:
        value = words.amount_of(row, point.value)
        goal = " to ".join(words.amount(row, one) for one in (point.low, point.high) if one is not None)
        limits = next((one for phase in row.phases if (one := phase.of(point.starts))), None)
        usual = (
            "" if limits is None else f"{words.amount(row, limits.low)} to {words.amount(row, limits.high)}"
        )
        found = row.signal(point.starts) if point.finished else None
        signal = "not over" if not point.finished else "" if found is None else words.signal(found)
        yield (
            f'<tr><th scope="row">{_text(point.text)}</th><td class="number">{_text(value)}</td>'
            f'<td class="number">{_text(goal)}</td><td class="number">{_text(usual)}</td><td>{_text(signal)}</td></tr>'
        )
    yield "</tbody></table></details>"


def _id(card: Scorecard, row: Row) -> str:
    return f"metric-{next(at for at, one in enumerate(card.rows, 1) if one is row)}"


def _class(*names: str, number: bool = False) -> str:
    said = " ".join(filter(None, [*names, "number" if number else ""]))
    return f' class="{said}"' if said else ""


def _text(text: str) -> str:
    return escape(printable(text))


def _prose(text: str) -> str:
    """A sentence; what stands between back-quotes is code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # one alone begins no code
        return _text(text)
    return "".join(f"<code>{_text(part)}</code>" if at % 2 else _text(part) for at, part in enumerate(parts))
