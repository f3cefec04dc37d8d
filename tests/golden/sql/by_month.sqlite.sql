SELECT
  DATE("days"."day", 'start of month') AS "month",
  SUM("days"."won_revenue") / 100.0 AS "won_revenue"
FROM (
  SELECT
    "order"."ordered_at" AS "day",
    SUM(CAST(ROUND("order"."amount" * 100) AS INTEGER)) AS "won_revenue"
  FROM "orders" AS "order"
  WHERE
    (
      "order"."status" COLLATE "BINARY"
    ) = 'won'
    AND "order"."ordered_at" >= '2026-01-01'
    AND "order"."ordered_at" < '2026-04-01'
  GROUP BY
    "order"."ordered_at"
) AS "days"
GROUP BY
  DATE("days"."day", 'start of month')
ORDER BY
  "month" NULLS LAST;
