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
ORDER BY
  "month";
