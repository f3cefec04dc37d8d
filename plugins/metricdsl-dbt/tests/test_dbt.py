from pathlib import Path

from metricdsl.testing import ExchangeSuite


class TestDbt(ExchangeSuite):
    plugin = "dbt"
    folder = Path(__file__).parent.parent
