"""The kit's tests of an adapter, on MariaDB."""

import pytest

from metricdsl.testing import AdapterSuite
from metricdsl.testing.mariadb_tables import MariaDBTables
from metricdsl.testing.reference import Table

pytestmark = pytest.mark.mariadb
KINDS = ("integer", "text", "decimal(3)", "date")


class TestMariaDB(AdapterSuite):
    plugin = "mariadb"

    @pytest.fixture
    def url(self, mariadb_url):
        self.tables = MariaDBTables(mariadb_url)
        self.database = self.tables.load({})["schema"]
        yield f"{mariadb_url}/{self.database}"
        self.tables.close()

    def fill(self, root, tables):
        made = {
            name: Table(tuple(zip(columns, KINDS, strict=True)), rows)
            for name, (columns, rows) in tables.items()
        }
        self.tables.add(self.database, made)
