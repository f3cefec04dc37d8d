"""What may become of the interface: it grows, with a line in the changelog; nothing that is relied on goes or changes."""

import pytest

from tools.public_api import FACTS, faults, public_names, read

BEFORE = """api 1.0
manifest [[renderer]] name: str  # needed
manifest api: str  # needed
metricdsl.spi.x.Thing.name: str  # needed
metricdsl.spi.x.Thing: class
metricdsl.spi.x.run() -> int
metricdsl.spi.x.run(what: str)  # needed
"""
NO_WORD = "# Changelog\n\n## Unreleased\n\n- Nothing.\n\n## 0.1\n\nOther, `metricdsl.spi.x.Other`, colour\n"


def after(*more: str, without: str = "nothing at all") -> str:
    return "\n".join([*(line for line in BEFORE.splitlines() if without not in line), *more, ""])


@pytest.mark.parametrize(
    "added",
    [
        "metricdsl.spi.x.Thing.size: int = …",
        "metricdsl.spi.x.run(*, fast: bool = …)",
        "metricdsl.spi.x.Thing.told() -> str",
        "metricdsl.spi.x.Thing.asked() -> str\nmetricdsl.spi.x.Thing.asked(of: str)  # needed",
    ],
)
def test_what_nobody_has_to_give_may_be_added(added):
    assert faults(BEFORE, after(added), NO_WORD) == []


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (after(without="Thing.name"), "gone, or changed: metricdsl.spi.x.Thing.name: str  # needed"),
        (after("metricdsl.spi.x.Thing.name: bytes  # needed", without="Thing.name"), "gone, or changed"),
        (after(without="run"), "gone, or changed: metricdsl.spi.x.run() -> int"),
        (
            after("metricdsl.spi.x.run() -> str", without="run()"),
            "gone, or changed: metricdsl.spi.x.run() -> int",
        ),
        (
            after("metricdsl.spi.x.Thing.size: int  # needed"),
            "asked for newly: metricdsl.spi.x.Thing.size: int",
        ),
        (after("metricdsl.spi.x.run(how: str)  # needed"), "asked for newly: metricdsl.spi.x.run(how: str)"),
        (
            after(
                "metricdsl.spi.x.Thing.__init__(a: int)  # needed",
                "metricdsl.spi.x.Thing.size: int  # needed",
            ),
            "asked",
        ),
        (
            after("manifest [[renderer]] colour: str  # needed"),
            "asked for newly: manifest [[renderer]] colour",
        ),
        (after(without="manifest api"), "gone, or changed: manifest api: str  # needed"),
    ],
)
def test_what_breaks_somebody_is_refused(now, told):
    found = faults(BEFORE, now, NO_WORD)
    assert any(told in one for one in found), found
    assert faults(BEFORE, now.replace("api 1.0", "api 2.0"), NO_WORD) == []


def test_a_new_name_wants_its_line_in_the_changelog():
    now = after("metricdsl.spi.x.Other: class", "metricdsl.spi.x.Other.name: str  # needed")
    assert faults(BEFORE, now, NO_WORD) == ["CHANGELOG.md does not speak of metricdsl.spi.x.Other"]
    assert faults(BEFORE, now, NO_WORD.replace("Nothing.", "Now there is `Other`.")) == []
    table = after("manifest [[colour]] name: str  # needed")
    assert faults(BEFORE, table, NO_WORD) == ["CHANGELOG.md does not speak of manifest [[colour]]"]


def test_the_file_is_read_as_it_was_written():
    text = FACTS.read_text(encoding="utf-8")
    _, facts = read(text)
    assert len(facts) == len(text.splitlines()) - 1
    assert faults(text, text, NO_WORD) == []
    without = "".join(
        line for line in text.splitlines(keepends=True) if "spi.defs.FunctionDef.name" not in line
    )
    assert faults(text, without, NO_WORD) == [
        "gone, or changed: metricdsl.spi.defs.FunctionDef.name: str  # needed"
    ]


def test_every_public_class_and_function_says_what_it_is():
    assert [f"{one.module}.{one.name}" for one in public_names() if one.sort != "value" and not one.doc] == []


def test_the_hooks_the_kit_and_the_manifest_are_among_them():
    text = FACTS.read_text(encoding="utf-8")
    for part in (
        "metricdsl.spi.hooks.MetricdslSpec.metricdsl_functions() -> Iterable[FunctionDef]",
        "metricdsl.testing.PackSuite.plugin: ClassVar[str]",
        "manifest [[importer]] function: str  # needed",
        "metricdsl.open(folder: Path | str)  # needed",
        "metricdsl.Result.render(format: str)",
    ):
        assert part in text
