from pathlib import Path

from metricdsl.testing import FunctionSuite


class TestGeo(FunctionSuite):
    plugin = "geo"
    folder = Path(__file__).parent.parent
