"""One problem for people: what is wrong, where it stands, why, what to do."""

from collections.abc import Callable, Mapping, Sequence
from textwrap import wrap

from metricdsl.diagnostics.problem import Fix, Problem, Severity
from metricdsl.diagnostics.width import shown, width
from metricdsl.source import SourceFile, Span

Painter = Callable[[str, str], str]

_COLUMNS = 100
_MOST_LINES = 6
_LONGEST = 200  # characters of a line that are shown
_PAINT = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.HINT: "1;36"}
_GUTTER = "34"
_BOLD = "1"


def full(problem: Problem, texts: Mapping[str, SourceFile], *, colour: bool = False) -> str:
    """A problem in the full style.

    error[S101] unexpected-text: `wher` cannot stand here; did you mean `where`?
      --> sales.metric:3:24
      |
    3 | metric a = sum(o.amount wher paid)
      |                         ^^^^ no such word here
      |
      = help: write `where`
      = more: metric explain S101
    """
    paint: Painter = (lambda code, text: f"\x1b[{code}m{text}\x1b[0m") if colour else (lambda _, text: text)
    mark = _PAINT[problem.severity]
    title = f"{problem.severity.value}[{problem.code}]"
    lines = [f"{paint(mark, title)} {paint(_BOLD, f'{problem.slug}: {shown_lines(problem.message())}')}"]
    span = problem.span
    source = texts.get(span.file) if span else None
    margin = 2
    if span is not None and source is not None:
        line, column = source.position(span.start)
        margin = len(str(source.position(span.end)[0])) + 1
        lines.append(f"{' ' * margin}{paint(_GUTTER, '-->')} {shown(span.file)}:{line}:{column}")
        lines.append(" " * margin + paint(_GUTTER, "|"))
        lines += _excerpt(source, span, problem.label(), margin, mark, paint)
        lines.append(" " * margin + paint(_GUTTER, "|"))
    elif span is not None:
        lines.append(f"{' ' * margin}{paint(_GUTTER, '-->')} {shown(span.file)}")
    used = None if problem.by_use is None else texts.get(problem.by_use.file)
    if used is not None and problem.by_use is not None:
        line, column = used.position(problem.by_use.start)
        words = " ".join(used.slice(problem.by_use).split())
        lines += _note("used", [f"by `{words}` in {used.path}:{line}:{column}"], margin, paint)
    lines += _note("why", problem.details() or [problem.reason()], margin, paint)
    for fix in problem.fixes():
        lines += _note("help", [fix.title], margin, paint)
        after = rewritten(fix, texts)
        if after is not None:
            lines.append(f"{' ' * margin}        {shown(_window(after.strip(), 0, 0)[0])}")
    lines += _note("more", [f"metric explain {problem.code}"], margin, paint)
    return "\n".join(lines) + "\n"


def shown_lines(text: str) -> str:
    """A message on one line, safe to show."""
    return shown(" ".join(text.split()))


def rewritten(fix: Fix, texts: Mapping[str, SourceFile]) -> str | None:
    """The line that a fix would make of the one it changes; None where it changes several, or nothing."""
    if not fix.edits:
        return None
    source = texts.get(fix.edits[0].span.file)
    if source is None or any("\n" in edit.text for edit in fix.edits):
        return None
    numbers = {source.position(offset)[0] for e in fix.edits for offset in (e.span.start, e.span.end)}
    if len(numbers) != 1:
        return None
    number = numbers.pop()
    line, start = source.line(number), source.line_starts[number - 1]
    for edit in sorted(fix.edits, key=lambda e: e.span.start, reverse=True):
        line = line[: edit.span.start - start] + edit.text + line[edit.span.end - start :]
    return line


def _note(kind: str, texts: Sequence[str], margin: int, paint: Painter) -> list[str]:
    """`= why: …`, wrapped; each text begins a line."""
    if not any(texts):
        return []
    head = f"{' ' * margin}= {kind}: "
    width = _COLUMNS - len(head)
    wrapped = (
        wrap(shown_lines(text), width, break_long_words=False, break_on_hyphens=False) for text in texts
    )
    said = [line for one in wrapped for line in one] or [""]
    first = f"{' ' * margin}{paint(_GUTTER, '=')} {paint(_BOLD, kind + ':')} {said[0]}"
    return [first, *(" " * len(head) + line for line in said[1:])]


def _excerpt(source: SourceFile, span: Span, label: str, margin: int, mark: str, paint: Painter) -> list[str]:
    """The lines of a place with what is meant underlined, the label behind the last underline."""
    first, last = source.position(span.start)[0], source.position(max(span.start, span.end - 1))[0]
    numbers = list(range(first, last + 1))
    if len(numbers) > _MOST_LINES:
        numbers = [*numbers[: _MOST_LINES - 2], 0, *numbers[-1:]]
    lines = []
    if first > 1 and source.line(first - 1).strip():
        lines.append(_numbered(first - 1, _window(source.line(first - 1), 0, 0)[0], margin, paint))
    for number in numbers:
        if number == 0:
            lines.append(" " * margin + paint(_GUTTER, ":"))
            continue
        text = source.line(number)
        start = source.line_starts[number - 1]
        begin = max(0, span.start - start)
        end = min(len(text), span.end - start)
        if number != first:
            begin = len(text) - len(text.lstrip())
        text, begin, end = _window(text, begin, end)
        carets = "^" * max(1, width(shown(text[begin:end])))
        said = f" {shown_lines(label)}" if label and number == numbers[-1] else ""
        lines.append(_numbered(number, text, margin, paint))
        pad = " " * width(shown(text[:begin]))
        lines.append(f"{' ' * margin}{paint(_GUTTER, '|')} {pad}{paint(mark, carets + said)}")
    return lines


def _window(text: str, begin: int, end: int) -> tuple[str, int, int]:
    """A line and a place in it; of a very long line only what stands around the place."""
    if len(text) <= _LONGEST:
        return text, begin, end
    left = max(0, begin - _LONGEST // 2)
    right = min(len(text), left + _LONGEST)
    before, behind = "…" if left else "", "…" if right < len(text) else ""
    moved = len(before) - left
    return f"{before}{text[left:right]}{behind}", begin + moved, max(begin, min(end, right)) + moved


def _numbered(number: int, text: str, margin: int, paint: Painter) -> str:
    gutter = paint(_GUTTER, f"{number:>{margin - 1}} |")
    return f"{gutter} {shown(text)}".rstrip()
