"""A judged scorecard in the form that is asked for."""

from metricdsl.insight.scorecard import Scorecard


def page(card: Scorecard, form: str, *, width: int = 100, colour: bool = False) -> str:
    """The page: `table` for a terminal so many columns wide, `json`, `md`, `html` or `svg`."""
    match form:
        case "table":
            from metricdsl.report.terminal import terminal

            return terminal(card, width, colour=colour) + "\n"
        case "json":
            from metricdsl.report.json_text import json_text
            from metricdsl.report.scorecard_json import json_object

            return json_text(json_object(card)) + "\n"
        case "md":
            from metricdsl.report.markdown import markdown

            return markdown(card)
        case "html":
            from metricdsl.report.html_page import html_page

            return html_page(card)
        case "svg":
            from metricdsl.report.svg_page import svg_page

            return svg_page(card)
        case _:
            raise ValueError(f"a scorecard has no form {form}: there are table, json, md, html, svg")
