from pathlib import Path

from metricdsl.testing import FunctionSuite


class TestFinance(FunctionSuite):
    plugin = "finance"
    folder = Path(__file__).parent.parent
