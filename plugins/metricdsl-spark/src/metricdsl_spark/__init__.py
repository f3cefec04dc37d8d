"""Apache Spark as an engine of metricdsl. Importing this imports no driver."""
