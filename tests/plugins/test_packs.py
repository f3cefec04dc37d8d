"""Packs: definitions that plugins ship, read without running anything, under their plugin's name."""

import sys
from pathlib import Path

import pytest

from metricdsl.engine.project import open_project
from tests.plugins.test_host import install, manifest

__all__ = ["install"]  # a fixture

PACK = {"packs": "definitions/**/*.metric"}
RENTAL = """package rental
entity booking from bookings { key booking_id  time day : date  fact price : money(USD, 2) }
metric bookings = count(booking)
metric turnover = sum(booking.price)
"""


@pytest.fixture
def ship(install, tmp_path):
    """Installs a plugin with definition files: their paths below its package, and what they say."""

    def ship(plugin: str, files: dict[str, str], keys: str = "", **modules: str) -> Path:
        install(f"fake_{plugin}", plugin, manifest(**PACK) + keys, **modules)
        for name, text in files.items():
            path = tmp_path / f"fake_{plugin}" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / f"fake_{plugin}"

    return ship


@pytest.fixture
def project(tmp_path):
    """Opens a project that uses plugins, with a definition file of its own."""

    def project(*plugins: str, text: str = "", use: bool = True):
        folder = tmp_path / "project"
        (folder / "definitions").mkdir(parents=True, exist_ok=True)
        listed = "".join(f'{name} = "*"\n' for name in plugins)
        (folder / "metricdsl.toml").write_text(f'[project]\nname = "x"\nlanguage = 1\n[plugins]\n{listed}')
        (folder / "definitions" / "own.metric").write_text(text, encoding="utf-8")
        return open_project(folder, installed_plugins=use)

    return project


def codes(opened):
    return [problem.code for problem in opened.problems if problem.severity.name != "HINT"]


def test_a_pack_is_there_under_its_name_and_runs_no_code(ship, project):
    ship("rental", {"definitions/bookings.metric": RENTAL}, init="raise SystemExit('ran')")
    opened = project("rental", text="use rental\nmetric price = turnover / bookings\n")
    assert codes(opened) == []
    assert {"rental.bookings", "rental.turnover", "price"} <= set(opened.model.metrics)
    assert "fake_rental" not in sys.modules
    assert [path.name for path in opened.files] == ["own.metric"]
    assert "rental:definitions/bookings.metric" in opened.sources


def test_a_pack_that_the_project_does_not_list_is_not_there(ship, project):
    ship("rental", {"definitions/bookings.metric": RENTAL})
    assert "rental.bookings" not in project().model.metrics
    assert "rental.bookings" not in project("rental", use=False).model.metrics


def test_the_answer_changes_with_the_pack(ship, project, tmp_path):
    folder = ship("rental", {"definitions/bookings.metric": RENTAL})
    first = project("rental")
    assert "COUNT" not in first.query("rental.turnover", connection=None).sql("duckdb")
    (folder / "definitions" / "bookings.metric").write_text(RENTAL.replace("sum", "avg"), encoding="utf-8")
    again = first.reopened()
    assert "COUNT" in again.query("rental.turnover", connection=None).sql("duckdb")


def test_a_pack_brings_the_packs_that_it_needs(ship, project):
    ship("rental", {"definitions/bookings.metric": RENTAL})
    more = "package boats\nuse rental\nmetric dear = turnover where booking.price > 100\n"
    ship("boats", {"definitions/boats.metric": more}, '\nrequires = ["rental"]')
    opened = project("boats")
    assert codes(opened) == []
    assert {"rental.bookings", "boats.dear"} <= set(opened.model.metrics)


SUITE = "package suite\nuse rental\nsource bookings from suite_stays { where not test  booking_id = id }\n"


def test_a_plugin_binds_the_tables_of_another_pack(ship, project):
    ship("rental", {"definitions/bookings.metric": RENTAL})
    ship("suite", {"definitions/tables.metric": SUITE}, '\nrequires = ["rental"]')
    opened = project("suite")
    assert codes(opened) == []
    table = opened.model.entities["rental.booking"].table
    assert (table.name, table.by) == ("suite_stays", "suite.bookings")
    own = project("suite", text="use rental\nsource bookings from our_stays { booking_id = id }\n")
    assert codes(own) == []
    assert own.model.entities["rental.booking"].table.name == "our_stays"


def test_of_two_plugins_that_bind_one_table_neither_is_chosen(ship, project):
    ship("rental", {"definitions/bookings.metric": RENTAL})
    ship("suite", {"definitions/tables.metric": SUITE})
    other = SUITE.replace("suite", "other")
    ship("other", {"definitions/tables.metric": other})
    opened = project("rental", "suite", "other")
    (problem,) = [problem for problem in opened.problems if problem.code == "N203"]
    assert problem.candidates == ("other.bookings", "suite.bookings")
    assert problem.span.file == "suite:definitions/tables.metric"
    assert problem.first.file == "other:definitions/tables.metric"


def test_the_canonical_model_is_a_pack(ship, project):
    more = "package boats\nuse crm\nmetric accounts_seen = count(account)\n"
    ship("boats", {"definitions/boats.metric": more}, '\nrequires = ["crm"]')
    opened = project("boats")
    assert codes(opened) == []
    assert {"crm.account", "crm.order"} <= set(opened.model.entities)
    assert {"crm.account", "crm.order"} <= set(project("crm").model.entities)


def test_a_copy_of_the_model_takes_its_place(project):
    opened = project("crm", text="package crm\nentity account from our_accounts { key account_id }\n")
    assert codes(opened) == []
    assert list(opened.model.entities) == ["crm.account"]
    assert not any(name.startswith("crm:") for name in opened.sources)


@pytest.mark.parametrize(
    ("text", "belongs"),
    [
        ("package sales\nmetric theirs = 1\n", "to the package sales"),
        ("metric theirs = 1\n", "to no package"),
        ("package rentals\nmetric theirs = 1\n", "to the package rentals"),
        ("package crm.rental\nmetric theirs = 1\n", "to the package crm.rental"),
    ],
)
def test_p810_a_file_outside_the_plugins_package_is_left_out(ship, project, text, belongs):
    ship("rental", {"definitions/a.metric": text, "definitions/b.metric": RENTAL})
    opened = project("rental")
    assert codes(opened) == ["P810"]
    assert belongs in opened.problems[0].message()
    assert not any(name.endswith("theirs") for name in opened.model.metrics)
    assert "rental.bookings" in opened.model.metrics


def test_p809_a_link_that_leads_out_is_not_followed(ship, project, tmp_path):
    folder = ship("rental", {"definitions/b.metric": RENTAL})
    (tmp_path / "outside.metric").write_text("package rental\nmetric theirs = 1\n")
    (folder / "definitions" / "a.metric").symlink_to(tmp_path / "outside.metric")
    opened = project("rental")
    assert codes(opened) == ["P809"]
    assert "leads out of the plugin" in opened.problems[0].message()
    assert "rental.bookings" in opened.model.metrics


@pytest.mark.parametrize("files", [{}, {"other/b.metric": RENTAL}])
def test_p809_a_pack_without_files_is_told(ship, project, files):
    ship("rental", files)
    opened = project("rental")
    assert codes(opened) == ["P809"]
    assert "there is no such file" in opened.problems[0].message()


def test_p809_a_folder_in_the_place_of_a_file(ship, project):
    folder = ship("rental", {"definitions/b.metric": RENTAL})
    (folder / "definitions" / "a.metric").mkdir()
    assert codes(project("rental")) == ["P809"]


@pytest.mark.parametrize(
    ("name", "near"), [("rentel", "rental"), ("rental_2", "rental"), ("boats", "pip install metricdsl-boats")]
)
def test_p811_a_plugin_that_is_not_installed(ship, project, name, near):
    ship("rental", {"definitions/b.metric": RENTAL})
    opened = project(name)
    assert codes(opened) == ["P811"]
    assert opened.problems[0].message().startswith("metricdsl.toml uses the plugin")
    assert near in opened.problems[0].fixes()[0].title


def test_p811_a_plugin_that_another_needs(ship, project):
    ship("rental", {"definitions/b.metric": RENTAL}, '\nrequires = ["quays"]')
    opened = project("rental")
    assert codes(opened) == ["P811"]
    assert "the plugin rental 1.0 uses the plugin `quays`" in opened.problems[0].message()
    assert "rental.bookings" in opened.model.metrics


@pytest.mark.parametrize(
    "line",
    [
        'packs = "../**/*.metric"',
        'packs = "/etc/*.metric"',
        'packs = "definitions/*.py"',
        "requires = [1]",
        'requires = "crm"',
    ],
)
def test_p803_a_manifest_whose_packs_lie_elsewhere(install, project, line):
    install("fake_rental", "rental", manifest() + "\n" + line)
    assert codes(project("rental")) == ["P803"]


def test_a_project_puts_a_metric_in_the_place_of_a_packs(ship, project):
    ship("rental", {"definitions/bookings.metric": RENTAL + "metric price = turnover / bookings\n"})
    own = "use rental\nmetric turnover = sum(booking.price where price > 0) { overrides rental.turnover }\n"
    opened = project("rental", text=own)
    assert codes(opened) == []
    assert "> 0" in opened.query("rental.price", connection=None).sql("duckdb")
    assert opened.model.metrics["turnover"].overrides == "rental.turnover"
    assert opened.model.overridden["rental.turnover"].text == "sum(booking.price)"
    assert "rental.turnover" not in opened.model.metrics


def test_a_pack_puts_nothing_in_the_place_of_anothers(ship, project):
    ship("rental", {"definitions/bookings.metric": RENTAL})
    text = "package cars\nuse rental\nmetric turnover = max(booking.price) { overrides rental.turnover }\n"
    ship(
        "cars",
        {"definitions/cars.metric": text},
    )
    opened = project("cars", "rental")
    assert codes(opened) == ["N242"]
    assert "SUM" in opened.query("rental.turnover", connection=None).sql("duckdb")


def test_a_pack_puts_nothing_in_the_place_of_the_projects_or_its_own(ship, project):
    more = "metric mine = max(booking.price) { overrides sales.top }\n"
    ship("rental", {"definitions/bookings.metric": RENTAL + more})
    under = "package cars.sold\nuse cars\nmetric one = 2 { overrides cars.one }\n"
    ship("cars", {"definitions/a.metric": "package cars\nmetric one = 1\n", "definitions/b.metric": under})
    opened = project("rental", "cars", text="package sales\nuse rental\nmetric top = min(booking.price)\n")
    assert codes(opened) == ["N242", "N242"]
    assert "MIN" in opened.query("sales.top", connection=None).sql("duckdb")


def test_a_packs_files_are_not_fixed(ship, project):
    from metricdsl.cli.checking import apply_safe_fixes

    wrong = RENTAL + "metric cheap = count(booking where price < 'x')\n"
    folder = ship("rental", {"definitions/bookings.metric": wrong})
    opened = project("rental", text="use rental\nmetric mine = count(booking WHERE price > 5 as USD)\n")
    assert any(fix.safe for problem in opened.problems for fix in problem.fixes())
    while apply_safe_fixes(opened.problems, opened.sources, opened.root):
        opened = opened.reopened()
    assert (folder / "definitions" / "bookings.metric").read_text(encoding="utf-8") == wrong
    assert " where " in (opened.root / "definitions" / "own.metric").read_text(encoding="utf-8")
