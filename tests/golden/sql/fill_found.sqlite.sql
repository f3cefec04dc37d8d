WITH RECURSIVE "won_revenue" AS (
  SELECT
    DATE("days"."day", 'start of month') AS "month",
    SUM("days"."won_revenue") AS "won_revenue"
  FROM (
    SELECT
      "order"."ordered_at" AS "day",
      SUM(CAST(ROUND("order"."amount" * 100) AS INTEGER)) AS "won_revenue"
    FROM "orders" AS "order"
    WHERE
      (
        "order"."status" COLLATE "BINARY"
      ) = 'won'
    GROUP BY
      "order"."ordered_at"
  ) AS "days"
  GROUP BY
    DATE("days"."day", 'start of month')
), "tickets_totals" AS (
  SELECT
    DATE("days"."day", 'start of month') AS "month",
    SUM("days"."tickets") AS "tickets"
  FROM (
    SELECT
      "ticket"."opened_at" AS "day",
      COUNT(*) AS "tickets"
    FROM "tickets" AS "ticket"
    GROUP BY
      "ticket"."opened_at"
  ) AS "days"
  GROUP BY
    DATE("days"."day", 'start of month')
), "found" AS (
  SELECT
    "branches"."month",
    MAX("branches"."won_revenue") AS "won_revenue",
    COALESCE(MAX("branches"."tickets"), 0) AS "tickets"
  FROM (
    SELECT
      "won_revenue"."month",
      "won_revenue"."won_revenue",
      NULL AS "tickets"
    FROM "won_revenue"
    UNION ALL
    SELECT
      "tickets_totals"."month",
      NULL AS "won_revenue",
      "tickets_totals"."tickets"
    FROM "tickets_totals"
  ) AS "branches"
  GROUP BY
    "branches"."month"
), "bounds" AS (
  SELECT
    MIN("found"."month") AS "first",
    MAX("found"."month") AS "last"
  FROM "found"
), "cells"("cell") AS (
  SELECT
    "bounds"."first" AS "cell"
  FROM "bounds"
  WHERE
    "bounds"."first" < '2026-07-01'
  UNION ALL
  SELECT
    DATE("cells"."cell", '+1 months')
  FROM "cells"
  CROSS JOIN "bounds"
  WHERE
    DATE("cells"."cell", '+1 months') < '2026-07-01'
    AND DATE("cells"."cell", '+1 months') <= "bounds"."last"
)
SELECT
  "groups"."month",
  MAX("groups"."won_revenue") / 100.0 AS "revenue",
  COALESCE(MAX("groups"."tickets"), 0) AS "tickets"
FROM (
  SELECT
    "found"."month",
    "found"."won_revenue",
    "found"."tickets"
  FROM "found"
  UNION ALL
  SELECT
    "cells"."cell" AS "month",
    NULL AS "won_revenue",
    NULL AS "tickets"
  FROM "cells"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "found"
    )
) AS "groups"
GROUP BY
  "groups"."month"
ORDER BY
  "month" NULLS LAST;
