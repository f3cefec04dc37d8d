SELECT
  "customer"."segment" AS "customer.segment",
  DATE("order"."ordered_at", 'start of month') AS "month",
  (
    CAST(SUM(CAST(ROUND("order"."amount" * 100) AS INTEGER)) AS REAL) / 100
  ) / NULLIF(COUNT(*), 0) AS "deal_size"
FROM "orders" AS "order"
LEFT JOIN "customers" AS "customer"
  ON "customer"."customer_id" = "order"."customer_id"
WHERE
  (
    "order"."status" COLLATE "BINARY"
  ) = 'won'
GROUP BY
  "customer"."segment",
  DATE("order"."ordered_at", 'start of month')
ORDER BY
  "deal_size" DESC,
  "customer.segment" NULLS LAST,
  "month" NULLS LAST
LIMIT 10;
