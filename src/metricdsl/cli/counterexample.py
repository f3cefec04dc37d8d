"""What came of a law as text: the tables that break it, and what it gives there."""

from datetime import timedelta

from metricdsl.cli.table import table
from metricdsl.engine.verifying.laws import Answer
from metricdsl.engine.verifying.verify import Counterexample, Verified
from metricdsl.model.types import Kind


def said(one: Verified) -> str:
    """The line of a law, and below it where it fails."""
    if not one.held:
        return f"failed  {one.title}{'' if one.failure is None else shown(one.failure)}"
    if not one.databases:
        return f"untried {one.title} (no database that was made up meets the model)"
    number = f"{one.databases:,} database{'' if one.databases == 1 else 's'}"
    beyond = (
        ""
        if one.beyond is None
        else f"\n        but not by month, which it does not claim{shown(one.beyond)}"
    )
    return f"ok      {one.title} ({number}){beyond}"


def shown(example: Counterexample) -> str:
    """The tables, the question and its answer."""
    filled = {name: rows for name, rows in example.tables.items() if rows.rows}
    empty = [_short(name) for name, rows in example.tables.items() if not rows.rows]
    given = [f"given {_short(name)}\n{_table(rows)}" for name, rows in filled.items()]
    given += [f"given no rows of {', '.join(empty)}"] if empty else []
    parts = [f"  {example.asked}", *given, f"got\n{_table(example.answer)}"]
    return "\n\n" + "\n\n".join(parts) + "\n"


def _table(answer: Answer) -> str:
    durations = [column.type.kind is Kind.DURATION for column in answer.columns]
    rows = [
        tuple(
            timedelta(microseconds=cell) if of_time and isinstance(cell, int) else cell
            for cell, of_time in zip(row, durations, strict=True)
        )
        for row in answer.rows
    ]
    return table(answer.columns, rows)


def _short(name: str) -> str:
    return name.rpartition(".")[2]
