from pathlib import Path

from metricdsl.testing import FunctionSuite


class TestMeans(FunctionSuite):
    plugin = "means"
    folder = Path(__file__).parent.parent
