"""What people write at the head of a metric: a label as its name, names with signs in them, a colon or braces for the equals sign."""

import re

from metricdsl.diagnostics import Edit, Fix, Problem
from metricdsl.diagnostics.problems.syntax import UnexpectedText
from metricdsl.source import Span
from metricdsl.syntax.saying import say
from metricdsl.syntax.stop import Stop

_LABELLED = re.compile(r'\s*(?P<word>metric|entity|segment|define|report|param)\s+"(?P<label>[^"\n]*)"')
_NAMED = re.compile(
    r"\s*(?P<word>metric|entity|segment|define|report|param)\s+(?P<name>\w+(?:[ \t]*-[ \t]*\w+|[ \t]+(?!(?:from|where|by|at|while)\b)\w+)+|\d\w*)"
    r"(?=[ \t]*(?:=|\"|:|\{|from\b))"
)
_COLON = re.compile(
    r"\s*metric\s+[^\W\d]\w*(?:\s*\"[^\"\n]*\")?\s*(?P<sign>:)\s*(?P<formula>[^=\n{]+?)\s*$", re.MULTILINE
)
_BRACES = re.compile(r"\s*(?:metric|segment)\s+[^=\n]*=\s*(?P<braces>\{(?P<formula>[^{}\n]*)\})")
_DEFINED = re.compile(
    r"\s*define[ \t]+(?P<name>[^\W\d]\w*)[ \t]+(?P<parameters>[^\W\d]\w*(?:[ \t]*,?[ \t]+[^\W\d]\w*)*)[ \t]*="
)
_BLOCK = re.compile(r"\s*define\s+[^\W\d]\w*\s*\([^()]*\)\s*(?P<braces>\{(?P<formula>[^{}\n]*)\})")
_PROPERTY = re.compile(
    r"\{[^{}]*?\b(?P<word>about|label|better|owner|status|format|empty|minimum|source|version|since)[ \t]*$"
)
_BEHIND = re.compile(r'(?P<word>about|label|better|owner|status|format|empty)\s+(?P<value>"[^"\n]*"|[\w%.]+)')


def label_for_a_name(stop: Stop) -> Problem | None:
    """`metric "Total revenue" = …`: the label stands behind a name."""
    found = _LABELLED.match(stop.text, stop.start)
    if found is None or not stop.start + 1 <= stop.at <= found.end():
        return None
    name = re.sub(r"\W+", "_", found["label"].casefold()).strip("_")
    if not re.match(r"[^\W\d]", name):
        return None
    at = found.start("label") - 1
    sentence = (
        f'A {found["word"]} has a name, and behind it a label: `{found["word"]} {name} "{found["label"]}"`.'
    )
    return say(stop, at, found.end(), sentence, f'{name} "{found["label"]}"', safe=False)


def name_with_signs(stop: Stop) -> Problem | None:
    """`metric total-revenue`, `metric total revenue`, `metric 2025_revenue`: names are of letters, digits and `_`."""
    found = _NAMED.match(stop.text, stop.start)
    if found is None or not found.start("name") <= stop.at <= found.end():
        return None
    written = found["name"]
    name = f"`{written}`" if written[0].isdigit() else re.sub(r"[\s-]+", "_", written)
    sentence = "A name is of letters, digits and `_`, and begins with a letter; in back-quotes any is one."
    return say(stop, *found.span("name"), sentence, name, safe=False)


def colon_for_equals(stop: Stop) -> Problem | None:
    """`metric a: revenue`: between name and formula stands an equals sign."""
    found = _COLON.match(stop.text, stop.start)
    if found is None or stop.at < found.start("sign"):
        return None
    sentence = "Between the name and the formula stands an equals sign; behind a colon stands a type."
    return say(stop, *found.span("sign"), sentence, " =", safe=False)


def formula_in_braces(stop: Stop) -> Problem | None:
    """`metric a = { sum(order.amount) }`, `define a(m) { m * 2 }`: a formula has no braces."""
    found = _BRACES.match(stop.text, stop.start) or _BLOCK.match(stop.text, stop.start)
    if found is None or stop.at != found.start("braces") or not found["formula"].strip():
        return None
    formula = found["formula"].strip()
    instead = formula if "=" in stop.text[stop.start : stop.at] else f"= {formula}"
    return say(stop, *found.span("braces"), "A formula has no braces; properties have.", instead, safe=False)


def parameters_without_parentheses(stop: Stop) -> Problem | None:
    """`define twice m = m * 2`: parameters stand in parentheses."""
    found = _DEFINED.match(stop.text, stop.start)
    if found is None or not found.start("parameters") <= stop.at <= found.end():
        return None
    names = ", ".join(re.split(r"[\s,]+", found["parameters"].strip()))
    sentence = f"Parameters stand in parentheses: `define {found['name']}({names}) = …`."
    return say(stop, found.end("name"), found.end("parameters"), sentence, f"({names})", safe=False)


def sign_behind_a_property(stop: Stop) -> Problem | None:
    """`{ about = "x" }`, `{ about: "x" }`: a property has no sign."""
    found = _PROPERTY.search(stop.text, stop.start, stop.at)
    if stop.word not in {"=", ":"} or found is None or "STRING" not in stop.expected:
        return None
    sentence = f"A property and its value stand side by side: `{found['word']} …`."
    return say(stop, stop.at, stop.at + 1, sentence, "")


def property_without_braces(stop: Stop) -> Problem | None:
    """`metric a = revenue about "x"`: properties stand in braces."""
    found = _BEHIND.match(stop.text, stop.at)
    if found is None or "LBRACE" not in stop.expected or not stop.text.startswith("metric", stop.start):
        return None
    return UnexpectedText(
        span=Span(stop.file, *found.span()),
        sentence=f"Properties stand in braces behind the formula: `{{ {found[0]} }}`.",
        mark="belongs in braces",
        remedies=(
            Fix(f"write `{{ {found[0]} }}`", (Edit(Span(stop.file, *found.span()), f"{{ {found[0]} }}"),)),
        ),
    )


def several_formulas(stop: Stop) -> Problem | None:
    """`metric a = revenue, orders`: a metric is one formula."""
    head = re.compile(r"\s*metric\s+[^\W\d]\w*[^=(]*=[^=]").match(stop.text, stop.start)
    if stop.word != "," or head is None or "COMMA" in stop.expected or "RPAR" in stop.expected:
        return None
    if "{" in stop.text[stop.start : stop.at] or re.match(r",\s*\d", stop.text[stop.at :]):
        return None
    sentence = "A metric is one formula; a question asks for several, as in `revenue, orders by month`."
    fix = Fix("declare the other as a metric of its own, on a new line")
    return UnexpectedText(span=stop.span, sentence=sentence, mark="one formula ends here", remedies=(fix,))


LOOKS = (
    label_for_a_name,
    parameters_without_parentheses,
    name_with_signs,
    colon_for_equals,
    formula_in_braces,
    sign_behind_a_property,
    property_without_braces,
    several_formulas,
)
