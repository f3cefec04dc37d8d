"""What people write to choose a value: `if … then … else`, `case when … end`, `c ? a : b`, `a if c else b`."""

import re

from metricdsl.diagnostics import Problem
from metricdsl.source import Span
from metricdsl.syntax.saying import say
from metricdsl.syntax.scan import scan
from metricdsl.syntax.stop import Stop

_BRANCHES = re.compile(r"\b(?P<word>then|else|when|end)\b", re.IGNORECASE)
_IF = "if(condition, value, otherwise)"
_CASE = "case(condition, value, otherwise)"


def branches(stop: Stop) -> Problem | None:
    """`if c then a else b`, `case when c then a else b end`, `c ? a : b`, `a if c else b`: functions choose."""
    if stop.word == "?":
        return _question_mark(stop)
    word, span = stop.word.lower(), stop.last_word()
    if word == "if":
        return _behind(stop)
    function = stop.source.slice(span).lower()
    begin = stop.at
    if word == "then":
        held = re.search(r"\bif(?=\s*\()", stop.text[stop.start : stop.at], re.IGNORECASE)
        if held is None:
            return None
        span, function = Span(stop.file, *(stop.start + at for at in held.span())), "if"
        begin = span.end
    elif function not in {"if", "case"} or (function == "if" and word == "when"):
        return None
    end = _end(stop)
    whole = _chosen(function, stop.text[begin:end])
    sentence = f"Values are chosen by a function: `{whole or (_IF if function == 'if' else _CASE)}`."
    start, stops = (span.start, end) if whole else (stop.at, stop.at + len(stop.word))
    return say(stop, start, stops, sentence, whole, safe=False)


def _chosen(function: str, text: str) -> str | None:
    """The function that `c then a else b` means, `else if` in it; None where it is not complete."""
    text = re.sub(r"\b(?:else\s+if|elif|elseif)\b", "when", text, flags=re.IGNORECASE)
    nested = re.fullmatch(
        r"(?P<before>.*?\bthen\b)\s*if\b(?P<inner>.*\belse\b.*?)(?P<after>\belse\b.*)",
        text,
        re.DOTALL | re.IGNORECASE,
    )
    if nested is not None:
        inner = _chosen("if", nested["inner"])
        return None if inner is None else _chosen(function, f"{nested['before']} {inner} {nested['after']}")
    parts = _BRANCHES.split(text)
    words, values = [word.lower() for word in parts[1::2]], [_bare(part) for part in parts[0::2]]
    subject = values[0] if function == "case" else ""
    if function == "case":
        words, values = words[1:], values[1:]
    while words and words[-1] == "end" and not values[-1]:
        words, values = words[:-1], values[:-1]
    several = ["then", "when"] * (len(words) // 2 - 1)
    if words != [*several, "then", "else"] or not all(values):
        return None
    if subject:  # `case status when "won" then 1 else 0 end`
        values[:-1:2] = [f"{subject} = {value}" for value in values[:-1:2]]
    return f"{'case' if several else function}({', '.join(values)})"


def _bare(part: str) -> str:
    """A part without blanks, and without parentheses around all of it."""
    part = part.strip()
    inner = part[1:-1]
    return inner if part[:1] == "(" and part[-1:] == ")" and "(" not in inner and ")" not in inner else part


def _behind(stop: Stop) -> Problem | None:
    """`a if c else b`."""
    begin, end = _begin(stop), _end(stop)
    condition = re.fullmatch(
        r"if\b(?P<condition>.*?)\belse\b(?P<other>.*)", stop.text[stop.at : end], re.DOTALL
    )
    if begin is None or condition is None:
        return None
    value = stop.text[begin : stop.at]
    begin += len(value) - len(value.lstrip())
    whole = f"if({_bare(condition['condition'])}, {value.strip()}, {condition['other'].strip()})"
    return say(stop, begin, end, f"Values are chosen by a function: `{whole}`.", whole, safe=False)


def _ternary(text: str) -> str | None:
    """The function that `c ? a : b` means, another one behind the colon too."""
    condition, mark, rest = text.partition("?")
    if not mark:
        return text.strip() or None
    chosen, colon, other = rest.partition(":")
    otherwise = _ternary(other) if colon else None
    if not condition.strip() or not chosen.strip() or "?" in chosen or otherwise is None:
        return None
    return f"if({_bare(condition)}, {chosen.strip()}, {otherwise})"


def _question_mark(stop: Stop) -> Problem:
    begin, end = _begin(stop), _end(stop)
    whole = None
    if begin is not None:
        begin += len(stop.text[begin : stop.at]) - len(stop.text[begin : stop.at].lstrip())
        whole = _ternary(stop.text[begin:end])
    sentence = f"Values are chosen by a function: `{whole or _IF}`."
    start, stops = (begin, end) if whole and begin is not None else (stop.at, stop.at + 1)
    return say(stop, start, stops, sentence, whole, safe=False)


def _begin(stop: Stop) -> int | None:
    """Where the formula begins that reading stopped in: behind the parenthesis around it, or behind the head of the declaration."""
    around = [place for sign, place in scan(stop.text, stop.start, stop.at).open if sign == "("]
    if around:
        return None if "," in stop.text[around[-1] : stop.at] else around[-1] + 1
    head = re.compile(r"\s*(?:metric|segment)\b[^=]*=(?!=)").match(stop.text, stop.start)
    if head is not None:
        return head.end()
    asked = re.fullmatch(r"[\w.\s<>=+*/()-]+", stop.text[stop.start : stop.at])
    return stop.start if asked and "LIMIT" in stop.expected and "by" not in asked[0].split() else None


def _end(stop: Stop) -> int:
    """Where the formula ends that reading stopped in: at the end of its line, at a comma or the parenthesis around it."""
    deep = 0
    for at in range(stop.at, len(stop.text)):
        sign = stop.text[at]
        deep += {"(": 1, ")": -1}.get(sign, 0)
        if deep < 0 or (not deep and sign in ",{}#\n"):
            return at - (len(stop.text[stop.at : at]) - len(stop.text[stop.at : at].rstrip()))
    return len(stop.text.rstrip())
