"""Settings of a session that a number could depend on, whoever set up the server."""

PINNED = {
    "spark.sql.ansi.enabled": "true",  # what does not convert or fit is an error, and no null
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",  # products keep the digits behind the point
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.legacy.parquet.nanosAsLong": "true",
    "spark.sql.legacy.statisticalAggregate": "false",
    "spark.sql.groupByAliases": "false",  # a name is a column that is read
    "spark.sql.groupByOrdinal": "false",
    "spark.sql.orderByOrdinal": "false",
    "spark.sql.lateralColumnAlias.enableImplicitResolution": "false",
    "spark.sql.runSQLOnFiles": "false",  # a path is no table
    "spark.sql.variable.substitute": "false",  # `${…}` in a text is a text
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.ansi.doubleQuotedIdentifiers": "false",
    "spark.sql.crossJoin.enabled": "true",
    "spark.sql.broadcastTimeout": "36000",  # our own deadline is the one that counts
    "spark.sql.cteRecursionLevelLimit": "-1",
    "spark.sql.cteRecursionRowLimit": "-1",
}
