"""One company in the tables of several business systems: through their bindings the same metrics say the same."""

import math
import os
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from metricdsl.engine.project import Project, open_project
from metricdsl.plugins.manifest import FILE_NAME, read_manifest
from metricdsl.spi.values import Row
from tests.bindings.canonical import canonical
from tests.bindings.dynamics import dynamics
from tests.bindings.hubspot import hubspot
from tests.bindings.odoo import odoo
from tests.bindings.salesforce import salesforce
from tests.bindings.shopify import shopify
from tests.bindings.stripe import billed, stripe
from tests.bindings.world import world
from tests.bindings.zendesk import zendesk
from tests.catalogue_packs.installed import installed

ROOT = Path(__file__).resolve().parents[2]
MAKERS = {
    "salesforce": salesforce,
    "hubspot": hubspot,
    "dynamics": dynamics,
    "odoo": odoo,
    "zendesk": zendesk,
    "shopify": shopify,
    "stripe": stripe,
}
DEALS = tuple(
    f"crm.sales.{metric}"
    for metric in (
        *("opps_created", "closed_deals", "won_deals", "won_revenue", "win_rate_count", "win_rate_value"),
        *("average_deal_size", "sales_cycle_won", "sales_cycle_won_p50"),
    )
)
CREATED = ("crm.sales.leads_created",)
LEADS = (*CREATED, "crm.sales.leads_converted", "crm.sales.lead_conversion_rate_event")
ORDERS = ("crm.core.orders", "crm.core.net_revenue")
TICKETS = ("crm.service.tickets_created",)
SOLVED = ("crm.service.solved", "crm.service.backlog")
PROJECT = """\
[project]
name = "company"
language = 1
definitions = ["definitions"]
currency = "EUR"
today = 2026-06-30
{plugins}
{parameters}
[connections.default]
url = "duckdb:///{database}"
"""


def company(folder: Path, plugin: str, scripts: list[str]) -> Project:
    """A project over the tables that the scripts make."""
    folder.mkdir()
    (folder / "definitions").mkdir()
    (folder / "definitions" / "ours.metric").write_text(OURS)
    plugins = f'[plugins]\n{plugin} = "*"\n'
    (folder / "metricdsl.toml").write_text(
        PROJECT.format(plugins=plugins, parameters=PARAMETERS.get(plugin, ""), database="company.duckdb")
    )
    with duckdb.connect(str(folder / "company.duckdb")) as connection:
        for script in scripts:
            connection.execute(script)
    return open_project(folder, installed_plugins=True)


OURS = """\
use crm

metric billed = sum(convert(invoice.amount, EUR, rates: monthly)) at issued_at
"""
PARAMETERS = {
    "dynamics": '[parameters]\n"dynamics.base_currency" = "EUR"\n',
    "odoo": '[parameters]\nodoo.company_currency = "EUR"\n',
}
ONE_CURRENCY = PARAMETERS.keys()  # their rows do not say theirs
ASKED = {
    "salesforce": (DEALS, LEADS, ORDERS, TICKETS, SOLVED),
    "hubspot": (DEALS, LEADS, TICKETS, SOLVED),
    "dynamics": (DEALS, CREATED, ORDERS, TICKETS),
    "odoo": (DEALS, CREATED, ORDERS),
    "zendesk": (TICKETS,),
    "shopify": (ORDERS,),
}
GROUPS = ("", " by month", " by quarter, week")


@pytest.fixture(scope="module", params=sorted(MAKERS))
def bound(request, tmp_path_factory):
    """A plugin, its project, and the project over the canonical tables of the same company."""
    plugin = request.param
    currencies = ("EUR",) if plugin in ONE_CURRENCY else ("EUR", "EUR", "USD")
    facts = world(currencies=currencies)
    folder = tmp_path_factory.mktemp(plugin)
    with installed(folder / "site", [plugin]):
        project = company(folder / "bound", plugin, list(MAKERS[plugin](facts).values()))
        plain = company(folder / "plain", "crm", [canonical(facts)])
        yield plugin, project, plain, facts
        project.close()
        plain.close()


def test_it_says_what_the_canonical_tables_say(bound):
    plugin, project, plain, _ = bound
    for asked in ASKED.get(plugin, ()):
        for groups in GROUPS:
            question = ", ".join(asked) + groups
            rows = project.query(question).run().rows
            assert not differences(rows, plain.query(question).run().rows), question
            assert any(value is not None for row in rows for value in row)


def differences(found: Sequence[Row], expected: Sequence[Row]) -> list[tuple[Row, Row]]:
    """The rows that are not the same. Amounts that were converted are doubles: added up in another order they differ by a hair."""
    assert len(found) == len(expected)
    return [
        (one, other)
        for one, other in zip(found, expected, strict=True)
        if not all(same(a, b) for a, b in zip(one, other, strict=True))
    ]


def same(one: object, other: object) -> bool:
    """Whether two values are one."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12)
    return one == other


def test_nothing_of_it_is_wrong(bound):
    _, project, _, _ = bound
    wrong = [p for p in project.problems if p.severity.value in {"error", "warning"}]
    assert not wrong, wrong[0]


def test_what_is_not_bound_is_told_together(bound):
    plugin, project, _, _ = bound
    wrong = [p for p in project.check_live() if p.severity.value in {"error", "warning"}]
    (told,) = [p for p in wrong if p.code == "X731" and p.metric == "crm"]
    some, of = told.served
    assert len(ASKED.get(plugin, ())) <= some < of
    assert any(need.startswith("the table `survey") for need, _ in told.wanting)
    named = {metric for _, metrics in told.wanting for metric in metrics}
    served = {metric.rpartition(".")[2] for metrics in ASKED.get(plugin, ()) for metric in metrics}
    assert not named & served
    assert {p.code for p in wrong} <= {"X731", "X718"}, [
        str(p) for p in wrong
    ]  # X718: the lines of deleted orders


def test_stripe_bills_in_the_smallest_unit(bound):
    plugin, project, _, facts = bound
    if plugin != "stripe":
        return
    euros = [o for o in facts.orders if o.currency == "EUR" and o.status in {"placed", "completed"}]
    ((found,),) = project.query('billed where invoice.currency = "EUR"').run().rows
    expected = sum(billed(order) for order in euros if not (order.test or order.deleted))
    assert same(found, float(expected))


@pytest.mark.parametrize("plugin", sorted(MAKERS))
def test_the_sample_is_made_of_the_world(plugin):
    """`METRICDSL_SAMPLES=write` writes it anew."""
    sample = ROOT / "plugins" / f"metricdsl-{plugin}" / "sample" / "tables.sql"
    currencies = ("EUR",) if plugin in ONE_CURRENCY else ("EUR", "EUR", "USD")
    made = "".join(MAKERS[plugin](world(size=12, currencies=currencies)).values())
    if os.environ.get("METRICDSL_SAMPLES") == "write":
        sample.parent.mkdir(exist_ok=True)
        sample.write_text(made, encoding="utf-8")
    assert sample.read_text(encoding="utf-8") == made


@pytest.mark.parametrize("plugin", sorted(MAKERS))
def test_it_is_a_pack_as_the_kit_wants_it(plugin):
    """What `pytest` runs in the plugin's own folder."""
    folder = ROOT / "plugins" / f"metricdsl-{plugin}"
    manifest = read_manifest(
        (folder / "src" / f"metricdsl_{plugin}" / FILE_NAME).read_text(), plugin, "0.1.0"
    )
    assert manifest.value is not None
    assert not manifest.problems
    assert (folder / "README.md").is_file()
