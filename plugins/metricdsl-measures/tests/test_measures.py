from pathlib import Path

from metricdsl.testing import PackSuite


class TestMeasures(PackSuite):
    plugin = "measures"
    folder = Path(__file__).parent.parent
