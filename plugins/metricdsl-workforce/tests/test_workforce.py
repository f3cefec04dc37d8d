from pathlib import Path

from metricdsl.testing import FunctionSuite


class TestWorkforce(FunctionSuite):
    plugin = "workforce"
    folder = Path(__file__).parent.parent
