"""The importer `dbt.metricflow`: YAML files of a dbt project to definitions."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from metricdsl.spi.exchange import CannotRead, Imported, Loss
from metricdsl_dbt.column_types import ColumnTypes
from metricdsl_dbt.entities import SemanticModel, tables
from metricdsl_dbt.metrics import Metrics
from metricdsl_dbt.safe_yaml import Table, read_yaml

MOST_FILES = 5_000
ENDINGS = {".yml", ".yaml"}
PASSED_BY = {"dbt_packages", "dbt_modules", "target", "logs", "node_modules"}
_KNOWN = {
    "name",
    "model",
    "description",
    "defaults",
    "entities",
    "dimensions",
    "measures",
    "primary_entity",
    "label",
}


def read(paths: Sequence[Path]) -> Imported:
    """What the files, and all YAML files in the folders, say."""
    types = ColumnTypes()
    losses: list[Loss] = []
    said: list[tuple[str, Table]] = []
    for file in _files(paths):
        if file.suffix == ".json":
            types.add_catalog(file)
        else:
            said += [(str(file), one) for one in read_yaml(file) if isinstance(one, Table)]
    for _, one in said:
        types.add_models(tables(one, "models"))
    names = [(file, one) for file, page in said for one in tables(page, "metrics")]
    models = _models(said, {str(one.get("name")) for _, one in names}, types, losses)
    by_entity = _by_entity(models)
    for model in models:
        model.read_members(by_entity)
    metrics = Metrics(models, losses)
    made = metrics.of_measures()
    for file, one in _in_order(names):
        made += metrics.of(one, file)
    entities = [one for model in models for one in model.declarations()]
    losses += _others(said)
    return Imported(declarations=(*entities, *made), losses=tuple(losses))


def _files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = [
            one
            for one in sorted(path.rglob("*"))
            if one.suffix in ENDINGS
            and not PASSED_BY & set(one.relative_to(path).parts)
            and not any(part.startswith(".") for part in one.relative_to(path).parts)
            and one.is_file()
        ]
        catalog = path / "target" / "catalog.json"
        found += [*inside, *([catalog] if catalog.is_file() else [])]
        if len(found) > MOST_FILES:
            raise CannotRead(path, f"there are more than {MOST_FILES:,} files", "name fewer folders")
    if not found:
        raise CannotRead(
            paths[0], "there are no YAML files in it", "give the folder `models` of a dbt project, or files"
        )
    return list(dict.fromkeys(found))


def _models(
    said: list[tuple[str, Table]], metrics: set[str], types: ColumnTypes, losses: list[Loss]
) -> list[SemanticModel]:
    """The semantic models, each as an entity of a name that no metric and no other entity has."""
    found: dict[str, SemanticModel] = {}
    pages = [(file, one) for file, page in said for one in tables(page, "semantic_models")]
    measures = {
        str(one.get("name"))
        for _, page in pages
        for one in tables(page, "measures")
        if one.get("create_metric")
    }
    for file, one in pages:
        name = str(one.get("name") or "")
        what = f"the semantic model {name}"
        place = {"file": file, "line": one.line}
        if name in found or not name:
            losses.append(
                Loss(what=what, why="it has no name" if not name else "another is called so", **place)
            )
            continue
        entity = f"{name}_entity" if name in metrics | measures else name
        try:
            model = SemanticModel(one, file, entity, types, losses)
        except ValueError as why:
            losses.append(Loss(what=what, why=str(why), **place))
            continue
        model.read_keys()
        for key in one:
            if key not in _KNOWN and one[key]:
                model.lose(f"`{key}` of {what}", "there is no word for it", line=one.lines.get(key))
        found[name] = model
    return list(found.values())


def _by_entity(models: list[SemanticModel]) -> dict[str, SemanticModel]:
    """The models by their primary entities; one that two have leads nowhere."""
    names = [model.primary for model in models if model.primary]
    return {model.primary: model for model in models if names.count(model.primary) == 1}


def _in_order(metrics: list[tuple[str, Table]]) -> Iterator[tuple[str, Table]]:
    """The metrics, each behind those that it is made of; those that lead back to themselves at the end."""
    waiting = {str(one.get("name")): (file, one) for file, one in metrics}
    twice = [(file, one) for file, one in metrics if waiting[str(one.get("name"))][1] is not one]
    done: set[str] = set()
    while waiting:
        ready = [
            name
            for name, (_, one) in waiting.items()
            if not any(part in waiting and part not in done for part in _parts(one))
        ]
        for name in ready or list(waiting):
            done.add(name)
            yield waiting.pop(name)
    yield from twice


def _parts(metric: Table) -> list[str]:
    given = metric.get("type_params")
    params = given if isinstance(given, dict) else {}
    used = [params.get("numerator"), params.get("denominator"), *(params.get("metrics") or ())]
    return [str(one.get("name") if isinstance(one, dict) else one) for one in used if one]


def _others(said: list[tuple[str, Table]]) -> Iterator[Loss]:
    for file, page in said:
        for one in tables(page, "saved_queries"):
            why = "a saved query is a question here"
            yield Loss(
                what=f"the saved query {one.get('name')}",
                why=why,
                instead="write a `report`",
                file=file,
                line=one.line,
            )
        for one in tables(page, "models"):
            semantic: Any = one.get("semantic_model")
            if semantic:
                why = "semantic models inside of models are not read yet"
                yield Loss(
                    what=f"the semantic model of {one.get('name')}",
                    why=why,
                    instead="write them under `semantic_models`",
                    file=file,
                    line=one.line,
                )
