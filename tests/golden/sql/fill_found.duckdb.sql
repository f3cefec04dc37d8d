WITH RECURSIVE "won_revenue" AS (
  SELECT
    CAST(DATE_TRUNC('month', "days"."day") AS DATE) AS "month",
    SUM("days"."won_revenue") AS "won_revenue"
  FROM (
    SELECT
      "order"."ordered_at" AS "day",
      SUM("order"."amount") AS "won_revenue"
    FROM "orders" AS "order"
    WHERE
      "order"."status" = 'won'
    GROUP BY
      "order"."ordered_at"
  ) AS "days"
  GROUP BY
    CAST(DATE_TRUNC('month', "days"."day") AS DATE)
), "tickets_totals" AS (
  SELECT
    CAST(DATE_TRUNC('month', "days"."day") AS DATE) AS "month",
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
    CAST(DATE_TRUNC('month', "days"."day") AS DATE)
), "found" AS (
  SELECT
    "branches"."month",
    MAX("branches"."won_revenue") AS "won_revenue",
    COALESCE(MAX("branches"."tickets"), 0) AS "tickets"
  FROM (
    SELECT
      "won_revenue"."month",
      "won_revenue"."won_revenue",
      CAST(NULL AS BIGINT) AS "tickets"
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
    "bounds"."first" < CAST('2026-07-01' AS DATE)
  UNION ALL
  SELECT
    CAST("cells"."cell" + TO_MONTHS(1) AS DATE)
  FROM "cells"
  CROSS JOIN "bounds"
  WHERE
    CAST("cells"."cell" + TO_MONTHS(1) AS DATE) < CAST('2026-07-01' AS DATE)
    AND CAST("cells"."cell" + TO_MONTHS(1) AS DATE) <= "bounds"."last"
)
SELECT
  "groups"."month",
  MAX("groups"."won_revenue") AS "revenue",
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
    CAST(NULL AS DECIMAL(38, 2)) AS "won_revenue",
    CAST(NULL AS BIGINT) AS "tickets"
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
  "month";
