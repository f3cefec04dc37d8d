SELECT
  DATE("order"."ordered_at", 'start of month') AS "month",
  SUM(CAST(ROUND("order"."amount" * 100) AS INTEGER)) AS "won_revenue"
FROM "orders" AS "order"
WHERE
  (
    "order"."status" COLLATE "BINARY"
  ) = 'won'
  AND "order"."ordered_at" >= '2026-01-01'
  AND "order"."ordered_at" < '2026-04-01'
GROUP BY
  DATE("order"."ordered_at", 'start of month')
ORDER BY
  "month" NULLS LAST;
