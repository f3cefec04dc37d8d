"""What a metric or an entity can be sliced by, as text."""

from metricdsl.analysis import Analysis, explain_dimensions


def dimensions_text(analysis: Analysis, name: str) -> str:
    """One dimension in a line: its name in a query, its kind, the joins on the way, or why it cannot be used."""
    model = analysis.model
    known = {**model.metrics, **model.entities}
    full = name if name in known else next((n for n in known if n.rpartition(".")[2] == name), name)
    found = explain_dimensions(analysis, full)
    if not found:
        return "nothing"
    width = max(len(dimension.name) for dimension in found)
    return "\n".join(
        f"{d.name:<{width}}  {d.type.kind.value:<9}  {d.refusal or ' → '.join(d.path)}".rstrip()
        for d in found
    )
