"""Semantic models as entities: keys, joins, times and dimensions, and the columns that measures are made of."""

import re
from contextlib import suppress
from typing import Any

from metricdsl.spi.exchange import Declaration, Loss
from metricdsl.spi.writing import written_name, written_text
from metricdsl_dbt.column_types import ColumnTypes, type_of
from metricdsl_dbt.safe_yaml import Table
from metricdsl_dbt.sql_formulas import Untranslatable, formula_of

_REF = re.compile(
    r"(?:\{\{ ?)?(?:ref|source)\( ?['\"]([^'\"]+)['\"] ?(?:, ?['\"]([^'\"]+)['\"] ?)?\)(?: ?\}\})?"
)
LONGEST = 500
_COLUMN = re.compile(r"[A-Za-z_]\w*")
_GRAINS = {"week", "month", "quarter", "year"}
_FINE = {"day", "hour", "minute", "second"}
_DESCRIBED = ("dimensions", "entities", "measures")
_NUMBERS = ("integer", "decimal", "float")
NO_TYPE = "say `data_type` for the column in the YAML of the model, or import target/catalog.json too"


class SemanticModel:
    """One semantic model. Its entity grows with what measures ask of it: `member` gives a column as formulas write it."""

    def __init__(self, said: Table, file: str, entity: str, types: ColumnTypes, losses: list[Loss]) -> None:
        self.said, self.file, self.entity = said, file, entity
        self.name = str(said["name"])
        self.times: dict[str, str] = {}
        self.joins: dict[str, str] = {}
        self.primary = ""
        self.unique: set[str] = set()
        self._types, self._losses = types, losses
        self._table = self._model()
        self._members: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        self._renamed: dict[str, str] = {}
        self._key = ""
        self._ids = {column for one in tables(said, "entities") if (column := _column(one)) is not None}

    @property
    def default_time(self) -> str:
        """The dimension that is the time of its measures where these say none."""
        defaults = self.said.get("defaults")
        return str(defaults.get("agg_time_dimension") or "") if isinstance(defaults, dict) else ""

    def lose(self, what: str, why: str, instead: str = "", line: int | None = None) -> None:
        """Note what is left out of this model."""
        where = {"file": self.file, "line": line or self.said.line}
        self._losses.append(Loss(what=what, why=why, instead=instead, **where))

    def read_keys(self) -> None:
        """Its primary and unique entities."""
        for one in tables(self.said, "entities"):
            name, kind, column = str(one.get("name") or ""), one.get("type"), _column(one)
            what = f"the entity {name} of {self.name}"
            if kind in {"primary", "unique"} and column is None:
                self.lose(
                    what, f"its key is an expression, `{one.get('expr')}`", "make it a column", one.line
                )
            elif kind == "primary":
                self.primary, self._key = name, str(column)
            elif kind == "unique":
                self.unique.add(name)
            elif kind != "foreign":
                self.lose(what, f"there is no word for an entity that is {kind}", line=one.line)
        if not self.primary and self.said.get("primary_entity"):
            self.primary = str(self.said["primary_entity"])

    def read_members(self, of_entity: dict[str, "SemanticModel"]) -> None:
        """Its joins, times and dimensions; `of_entity` are the models by the name of their primary entity."""
        for one in tables(self.said, "entities"):
            if one.get("type") == "foreign":
                self._join(one, of_entity)
        for one in tables(self.said, "dimensions"):
            name = str(one.get("name") or "")
            try:
                self._dimension(name, one)
            except (Untranslatable, ValueError) as why:
                instead = NO_TYPE if "not declared" in str(why) else ""
                self.lose(f"the dimension {name} of {self.name}", str(why), instead, one.line)
        for column in sorted(self._ids):
            # Both sides of a join are declared alike where both are declared at all.
            with suppress(Untranslatable):
                self.member(column)
        described = [one for key in _DESCRIBED for one in tables(self.said, key) if one.get("description")]
        if self.said.get("description") or described:
            what = f"the description of {self.name}"
            more = (
                f", and those of {len(described)} of its dimensions, entities and measures"
                if described
                else ""
            )
            self.lose(what + more, "metrics are described here")
        if self.default_time and self.default_time not in self.times:
            why = f"the time of its measures, {self.default_time}, was left out"
            self.lose(f"the default time of {self.name}", why)

    def _join(self, one: Table, of_entity: dict[str, "SemanticModel"]) -> None:
        name, column = str(one.get("name") or ""), _column(one)
        what = f"the entity {name} of {self.name}"
        target = of_entity.get(name)
        if column is None:
            self.lose(what, f"its key is an expression, `{one.get('expr')}`", "make it a column", one.line)
        elif target is None or not target._key:  # noqa: SLF001 - one of its own class
            self.lose(what, "no semantic model that is imported has it for its primary entity", line=one.line)
        elif self._free(name, what, one.line):
            self.joins[name] = target.name
            self._members[name] = (
                f"join {written_name(name)}: {written_name(target.entity)} on {written_name(column)}"
            )

    def _dimension(self, name: str, one: Table) -> None:
        _unknown(
            self,
            one,
            {"name", "type", "expr", "type_params", "description", "label"},
            f"the dimension {name}",
        )
        expression = one.get("expr")
        what = f"the dimension {name} of {self.name}"
        column = _column(one)
        time = one.get("type") == "time"
        label = f" {written_text(str(one['label']))}" if one.get("label") and not time else ""
        if column is None:
            if time:
                raise Untranslatable(f"its time is an expression, `{expression}`")
            text, kind = formula_of(str(expression), self.member)
            if self._free(name, what, one.line):
                self._members[name] = f"dimension {written_name(name)}{label} = {text}"
                self._kinds[name] = kind
            return
        kind = self._declared(column)
        if time and kind not in {"date", "timestamp"}:
            raise Untranslatable(f"it is a time, and its column {column} is declared {kind}")
        if not self._free(name, what, one.line):
            return
        if name != column:
            self._renamed[name] = column
        if not time:
            self._members[name] = f"dimension {written_name(name)}{label} : {kind}"
            self._kinds[name] = kind
            return
        given = one.get("type_params")
        grain = given.get("time_granularity") if isinstance(given, dict) else None
        if isinstance(given, dict) and given.get("validity_params"):
            self.lose(
                f"the validity of {self.name}",
                "rows that are valid for a time are declared with `valid`",
                line=one.line,
            )
        if grain in _GRAINS and kind == "date":
            kind_written = str(grain)
        elif grain in _GRAINS or grain not in {None, *_FINE}:
            raise Untranslatable(f"a {kind} of the grain {grain} has no word")
        else:
            kind_written = kind
        default = " default" if name == self.default_time else ""
        self._members[name] = f"time {written_name(name)} : {kind_written}{default}"
        self.times[name] = self._kinds[name] = kind

    def member(self, column: str) -> tuple[str, str]:
        """A column of the table or a dimension as formulas write it, and its type. Raises Untranslatable."""
        if column not in self._members:
            kind = self._declared(column)
            word = "fact" if kind.startswith(_NUMBERS) and column not in self._ids else "dimension"
            self._members[column] = f"{word} {written_name(column)} : {kind}"
            self._kinds[column] = kind
        elif column not in self._kinds:
            raise Untranslatable(f"{column} is the name of an entity too")
        elif self._renamed.get(column, column) != column:
            raise Untranslatable(f"{column} is a column, and the name of a dimension that is made of another")
        return written_name(column), self._kinds[column]

    def qualified(self, column: str) -> tuple[str, str]:
        """The same, with the name of the entity. Raises Untranslatable."""
        _, kind = self.member(column)
        return written_name(self.entity, column), kind

    def dimension(self, name: str) -> tuple[str, str]:
        """A dimension that there is, and its type. Raises Untranslatable."""
        if name not in self._kinds:
            raise Untranslatable(
                f"it asks for the dimension {name} of {self.name}, which is not there or was left out"
            )
        return written_name(name), self._kinds[name]

    def declarations(self) -> list[Declaration]:
        """The entity, and before it the source where columns have other names."""
        place = {"file": self.file, "line": self.said.line}
        made = []
        origin = self._table
        if self._renamed:
            origin = written_name(f"{self.entity}_source")
            lines = [
                f"  {written_name(name)} = {written_name(column)}" for name, column in self._renamed.items()
            ]
            text = "\n".join([f"source {origin} from {self._table} {{", *lines, "}"])
            made.append(Declaration(what=f"the source of {self.name}", text=text, **place))
        lines = [f"  {member}" for member in self._members.values()]
        if self._key:
            lines.insert(0, f"  key {written_name(self._key)}")
        label = f" {written_text(str(self.said['label']))}" if self.said.get("label") else ""
        text = "\n".join([f"entity {written_name(self.entity)}{label} from {origin} {{", *lines, "}"])
        made.append(Declaration(what=f"the semantic model {self.name}", text=text, **place))
        return made

    def _declared(self, column: str) -> str:
        model = self._ref()
        said = self._types.declared(model, column)
        if not said:
            raise Untranslatable(f"the type of {model}.{column} is not declared")
        kind = type_of(said)
        if not kind:
            raise Untranslatable(
                f"{model}.{column} is not declared well enough: `{said}` does not say what its values are"
            )
        return kind

    def _model(self) -> str:
        """The table that it stands on. Raises ValueError."""
        found = self._found()
        if found is None:
            raise ValueError(f"its `model` is no ref('…'): {self.said.get('model')!r}")
        if "source" in str(self.said["model"]) and found[2]:
            return written_name(found[1], found[2])
        return self._types.table(found[2] or found[1])

    def _ref(self) -> str:
        found = self._found()
        return "" if found is None else found[2] or found[1]

    def _found(self) -> re.Match[str] | None:
        written = " ".join(str(self.said.get("model") or "").split())
        return _REF.fullmatch(written) if len(written) <= LONGEST else None

    def _free(self, name: str, what: str, line: int) -> bool:
        """Whether a name is still to be had among the members."""
        written_name(name)
        if name in self._members:
            self.lose(what, f"another member of {self.name} is called {name} too", line=line)
            return False
        return True


def _column(one: Table) -> str | None:
    """The column that an element stands for; None where it is an expression."""
    found = str(one.get("expr") if one.get("expr") is not None else one.get("name"))
    return found if _COLUMN.fullmatch(found) else None


def _unknown(model: SemanticModel, one: Table, known: set[str], what: str) -> None:
    for key in one:
        if key not in known and one[key]:
            model.lose(
                f"`{key}` of {what} of {model.name}", "there is no word for it", line=one.lines.get(key)
            )


def tables(said: Any, key: str) -> list[Table]:
    """The mappings in a list of a mapping."""
    found = said.get(key) if isinstance(said, dict) else None
    return [one for one in found if isinstance(one, Table)] if isinstance(found, list) else []
