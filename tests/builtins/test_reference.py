"""The reference page says what the definitions say."""

from metricdsl.builtins.reference import reference_page
from metricdsl.plugins import builtin_registry


def test_the_page_is_up_to_date(root):
    page = (root / "docs" / "reference" / "functions.md").read_text(encoding="utf-8")
    assert page == reference_page(), (
        "run: python -m metricdsl.builtins.reference > docs/reference/functions.md"
    )


def test_every_definition_has_its_place_on_the_page():
    page = reference_page()
    registry = builtin_registry()
    written = {"count_rows": "count(entity)", "count_distinct": "count(distinct x)"}
    named = [written.get(n, n) for n in (*registry.functions, *registry.aggregations)]
    missing = [n for n in named if f"### {n}\n" not in page]
    assert missing == [
        "as_timestamp",
        "days_later",
        "first_from",
        "last_begun",
        "ordinal",
        "packed_values",
        "series_of_members",
    ]
