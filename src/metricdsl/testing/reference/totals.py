"""Level of detail: `total`, `share`, `rank` and `rank_share`."""

from fractions import Fraction

from metricdsl.syntax import nodes
from metricdsl.testing.reference.context import Context, Dropped, Part
from metricdsl.testing.reference.groups import candidates
from metricdsl.testing.reference.meaning import Formulas
from metricdsl.testing.reference.names import Constant, Scope
from metricdsl.testing.reference.periods import GRAINS, period_of
from metricdsl.testing.reference.stacks import Entry, named
from metricdsl.testing.reference.values import Refused, Value, arithmetic, compare, same


def parts_of_call(call: nodes.Call, word: str, *, needed: bool) -> tuple[nodes.Expr, nodes.Expr | None]:
    """The formula of `total(f, over: d)` and its kin, and what stands behind the word."""
    formulas = [a.value for a in call.arguments if a.name is None]
    named = {a.name: a.value for a in call.arguments if a.name is not None}
    if len(formulas) != 1 or set(named) - {word} or (needed and word not in named):
        raise Refused(f"{call.function}(f, {word}: …)")
    return formulas[0], named.get(word)


def dropping(
    meaning: Formulas, over: nodes.Expr | None, scope: Scope, *, quiet: bool = True
) -> tuple[Dropped, ...]:
    """What is left out for `over`: G, or G without d, or T without g; several in parentheses, each."""
    if over is None:
        return (Dropped(None, scope, quiet=quiet),)
    opened = meaning.world.opened(over, scope)
    if isinstance(opened, Constant):
        raise Refused("`over` takes a dimension, an entity or a grain")
    if isinstance(opened[0], nodes.Group):
        return tuple(d for item in opened[0].items for d in dropping(meaning, item, opened[1], quiet=quiet))
    grain = opened[0].text if isinstance(opened[0], nodes.Name) and opened[0].text in GRAINS else None
    return (Dropped(opened[0], opened[1], grain, quiet),)


def reaches_all(meaning: Formulas, formula: nodes.Expr, scope: Scope, context: Context) -> bool:
    """Whether f reaches G: every aggregate of it every coordinate, and has the periods of T."""
    try:
        for aggregate, _ in meaning.leaves(formula, scope, context):
            for coordinate in meaning.seen(aggregate, context).coordinates:
                meaning.reached(aggregate, coordinate.formula, coordinate.scope)
    except Refused:
        return False
    return True


def share(meaning: Formulas, call: nodes.Call, scope: Scope, context: Context) -> Value:
    """share(f, of: d) = f / total(f, over: d)."""
    formula, over = parts_of_call(call, "of", needed=True)
    whole = context.then(*dropping(meaning, over, scope))
    return arithmetic("/", meaning.value(formula, scope, context), meaning.value(formula, scope, whole))


def rank(meaning: Formulas, call: nodes.Call, scope: Scope, context: Context) -> Value:
    """1 + the number of N with a greater ⟦f⟧ (smaller, where lower is better); null if ⟦f⟧C is null, G_e is empty or
    has a null.  rank_share = (rank − 1) / (|N| + 1).

    G_e = the coordinates of C that belong to e, of a grain its period; N = the other values of G_e, no null part, with E
    and a value.
    """
    formula, over = parts_of_call(call, "over", needed=True)
    own = meaning.value(formula, scope, context)
    dropped = dropping(meaning, over, scope, quiet=False)
    leaf = next((a for a, _ in meaning.leaves(formula, scope, context)), None)
    if own is None or leaf is None:
        return None
    around = meaning.seen(leaf, context)
    mine = [c for c in around.coordinates if any(meaning.belongs(leaf, c, d) for d in dropped)]
    own_named = [named(d, lambda c: meaning.own_grain(leaf, c)) for d in dropped]
    grains = {d.grain for d in own_named}
    cells = [e for e in around.stack if e.grain != "during" and e.grain in grains]
    if not (mine or cells) or any(c.value is None for c in mine):
        return None
    if any(e.period is None or e.period.null for e in cells):
        return None
    parts = [Part(c.formula, c.scope, c.best) for c in mine]
    parts += [_part(e, scope, call) for e in cells]
    others = context.then(*dropped)
    outer = meaning.seen(leaf, others).per
    assert outer is not None, "a cell lies in it"
    values = []
    for key in candidates(meaning, [(formula, scope)], context.then(*own_named), parts):
        at = others.into(parts, key)
        if None in key:
            continue
        here = [period_of(cell).cut_to(outer) for cell in key[len(mine) :]]
        if same(key[: len(mine)], tuple(c.value for c in mine)) and here == [e.period for e in cells]:
            continue
        if meaning.exists(formula, scope, at) and (found := meaning.value(formula, scope, at)) is not None:
            values.append(found)
    better = "<" if lower_is_better(meaning, formula, scope) else ">"
    place = sum(1 for v in values if compare(v, better, own))
    return Fraction(place, len(values) + 1) if call.function == "rank_share" else Fraction(place + 1)


def _part(entry: Entry, scope: Scope, call: nodes.Call) -> Part:
    """A period of the stack as what it was grouped by."""
    if entry.coordinate is not None:
        return Part(entry.coordinate.formula, entry.coordinate.scope)
    return Part(nodes.Name(parts=(entry.grain,), span=call.span), scope)


def lower_is_better(meaning: Formulas, formula: nodes.Expr, scope: Scope) -> bool:
    """Whether the formula is a metric of which it is said: `better lower`, `better 5 or lower`."""
    opened = meaning.world.opened(formula, scope)
    if isinstance(opened, Constant):
        return False
    if isinstance(opened[0], nodes.InContext):
        return lower_is_better(meaning, opened[0].body, opened[1])
    if not isinstance(opened[0], nodes.Name):
        return False
    found = meaning.world.find(opened[0].parts, opened[1], nodes.MetricDecl)
    better = next((p.values[0] for p in found[0].properties if p.word == "better"), None) if found else None
    match better:
        case nodes.Name(text="lower") | nodes.OpenRange(higher=False):
            return True
        case _:
            return False
