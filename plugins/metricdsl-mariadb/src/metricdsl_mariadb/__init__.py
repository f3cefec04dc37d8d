"""MariaDB and MySQL as engines of metricdsl. Importing this imports no driver."""
