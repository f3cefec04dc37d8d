from pathlib import Path

from metricdsl.testing import FunctionSuite


class TestBtyd(FunctionSuite):
    plugin = "btyd"
    folder = Path(__file__).parent.parent
