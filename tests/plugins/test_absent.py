"""Plugins that are not there leave their names behind: where one is used, it is told which plugin failed, and why."""

import pytest

from tests.plugins.test_host import GOOD_HOOKS, install, manifest
from tests.plugins.test_packs import RENTAL, codes, project, ship

__all__ = ["install", "project", "ship"]  # fixtures

USES = "use rental\nmetric price = turnover / bookings\n"
SAYS = "metric price = rental.turnover / rental.bookings\n"


def absent(opened):
    return [problem for problem in opened.problems if problem.code == "P807"]


@pytest.mark.parametrize("text", [USES, SAYS])
def test_p807_a_plugin_whose_manifest_is_wrong(install, project, text):
    install("fake_rental", "rental", 'api = "9.0"')
    opened = project("rental", text=text)
    assert {"P803", "P807"} == set(codes(opened))
    (problem, *_) = absent(opened)
    assert problem.message().endswith("would come from the plugin `rental`, which is not there")
    assert "it is written for version 9.0" in problem.reason()
    assert problem.severity.name == "ERROR"
    assert problem.span is not None


def test_p807_a_plugin_that_is_not_installed(project):
    opened = project("rental", text=USES)
    assert codes(opened) == ["P811", "P807"] or codes(opened) == ["P807", "P811"]
    assert "none of that name is installed" in absent(opened)[0].reason()


def test_p807_a_plugin_that_two_packages_claim(install, project):
    install("fake_one", "rental")
    install("fake_two", "rental")
    opened = project("rental", text=SAYS)
    assert set(codes(opened)) == {"P802", "P807"}
    assert "fake_one 1.0 and fake_two 1.0 both claim" in absent(opened)[0].reason()


def test_p807_plugins_that_are_switched_off(ship, project):
    ship("rental", {"definitions/bookings.metric": RENTAL})
    opened = project("rental", text=USES, use=False)
    assert codes(opened) == ["P807"]
    assert "plugins are switched off" in absent(opened)[0].reason()


def test_a_name_that_no_plugin_would_have_brought_is_unknown_as_ever(project):
    opened = project("rental", text="metric price = rentals.turnover\n")
    assert set(codes(opened)) == {"P811", "N201"}


@pytest.mark.parametrize("where", ["in the formula of a metric", "in a query"])
def test_p807_of_a_file_that_was_left_out(ship, project, where):
    files = {"definitions/a.metric": RENTAL, "definitions/b.metric": "package cars\nmetric sold = 1\n"}
    ship("rental", files)
    if where == "in a query":
        problems = project("rental").query("rental.sold", connection=None).problems
        assert [problem.code for problem in problems] == ["P807"]
    else:
        opened = project("rental", text="metric mine = rental.sold\n")
        assert set(codes(opened)) == {"P807", "P810"}
        assert "it belongs to the package cars" in absent(opened)[0].reason()


def test_p807_of_a_function_whose_plugin_failed(install, project):
    install("fake_geo", "geo", manifest(hooks="fake_geo.hooks"), hooks="raise ImportError('no proj')")
    opened = project("geo", text="entity a from b { key c  fact e : number }\nmetric d = sum(geo.far(a.e))\n")
    assert set(codes(opened)) == {"P804", "P807"}
    assert "ImportError: no proj" in absent(opened)[0].reason()


def test_p812_a_version_outside_the_range_is_left_out(ship, project, tmp_path):
    ship("rental", {"definitions/bookings.metric": RENTAL})
    project("rental", text=USES)
    file = tmp_path / "project" / "metricdsl.toml"
    file.write_text(file.read_text().replace('"*"', '">=2,<3"'))
    from metricdsl.engine.project import open_project

    opened = open_project(file.parent, installed_plugins=True)
    assert set(codes(opened)) == {"P812", "P807"}
    (problem,) = (one for one in opened.problems if one.code == "P812")
    assert problem.message() == "the plugin rental 1.0 was left out: metricdsl.toml asks for >=2,<3"
    assert problem.fixes()[0].title == 'pip install "fake_rental>=2,<3"'


@pytest.mark.parametrize(("wanted", "whether"), [(">=0.1,<1", False), ("==1.0", True)])
def test_p812_a_version_that_another_plugin_asks_for(ship, project, wanted, whether):
    ship("rental", {"definitions/bookings.metric": RENTAL})
    ship(
        "boats",
        {"definitions/b.metric": "package boats\nmetric one = 1\n"},
        f'\nrequires = ["rental {wanted}"]',
    )
    opened = project("boats")
    assert codes(opened) == ([] if whether else ["P812"])
    assert ("rental.turnover" in opened.model.metrics) is whether


def test_a_range_that_is_none_is_told_in_the_project_file(tmp_path):
    from metricdsl.engine.config import read_config

    (tmp_path / "metricdsl.toml").write_text('[project]\nname = "x"\n[plugins]\nrental = "^1"\n')
    (problem,) = read_config(tmp_path).problems
    assert "the plugin `rental` must be given versions" in problem.message()


def test_a_plugin_that_is_repaired_is_there_again(ship, project):
    folder = ship("rental", {"definitions/bookings.metric": RENTAL})
    (folder / "definitions" / "bookings.metric").write_text(RENTAL.replace("package rental", "package other"))
    first = project("rental", text=SAYS)
    assert "P807" in codes(first)
    (folder / "definitions" / "bookings.metric").write_text(RENTAL)
    assert codes(first.reopened()) == []


def test_what_is_good_of_others_stays(install, ship, project):
    ship("rental", {"definitions/bookings.metric": RENTAL})
    install("fake_bad", "bad", manifest(hooks="fake_bad.hooks"), hooks=GOOD_HOOKS.replace("return", "raise"))
    opened = project("rental", "bad", text=SAYS)
    assert codes(opened) == ["P805"]
    assert "price" in opened.model.metrics
