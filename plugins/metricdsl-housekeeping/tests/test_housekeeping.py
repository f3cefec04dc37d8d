from pathlib import Path

from metricdsl.testing import FunctionSuite


class TestHousekeeping(FunctionSuite):
    plugin = "housekeeping"
    folder = Path(__file__).parent.parent
