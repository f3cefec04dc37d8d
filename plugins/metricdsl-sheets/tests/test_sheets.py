from pathlib import Path

from metricdsl.testing import RendererSuite


class TestSheets(RendererSuite):
    plugin = "sheets"
    folder = Path(__file__).parent.parent
