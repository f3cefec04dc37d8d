WITH "won_revenue" AS (
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
      AND "order"."ordered_at" >= CAST('2026-01-01' AS DATE)
      AND "order"."ordered_at" < CAST('2026-04-01' AS DATE)
    GROUP BY
      "order"."ordered_at"
  ) AS "days"
  GROUP BY
    CAST(DATE_TRUNC('month', "days"."day") AS DATE)
), "paid" AS (
  SELECT
    CAST("order"."paid_at" AS DATE) - CAST(DAY("order"."paid_at") - 1 AS INT) AS "month",
    SUM("order"."amount") AS "paid"
  FROM "orders" AS "order"
  WHERE
    "order"."paid_at" >= CAST('2026-01-01 00:00:00' AS TIMESTAMP)
    AND "order"."paid_at" < CAST('2026-04-01 00:00:00' AS TIMESTAMP)
  GROUP BY
    CAST("order"."paid_at" AS DATE) - CAST(DAY("order"."paid_at") - 1 AS INT)
)
SELECT
  "branches"."month",
  MAX("branches"."won_revenue") AS "ordered",
  MAX("branches"."paid") AS "paid"
FROM (
  SELECT
    "won_revenue"."month",
    "won_revenue"."won_revenue",
    CAST(NULL AS DECIMAL(38, 2)) AS "paid"
  FROM "won_revenue"
  UNION ALL
  SELECT
    "paid"."month",
    NULL AS "won_revenue",
    "paid"."paid"
  FROM "paid"
) AS "branches"
GROUP BY
  "branches"."month"
ORDER BY
  "month";
