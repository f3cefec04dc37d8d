SELECT
  CAST(DATE_TRUNC('month', "order"."ordered_at") AS DATE) AS "month",
  SUM("order"."amount") AS "won_revenue"
FROM "orders" AS "order"
WHERE
  "order"."status" = 'won'
  AND "order"."ordered_at" >= CAST('2026-01-01' AS DATE)
  AND "order"."ordered_at" < CAST('2026-04-01' AS DATE)
GROUP BY
  CAST(DATE_TRUNC('month', "order"."ordered_at") AS DATE)
ORDER BY
  "month";
