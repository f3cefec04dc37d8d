SELECT
  "customer"."segment" AS "customer.segment",
  DATE("order"."ordered_at", 'start of month') AS "month",
  SUM(
    CASE
      WHEN (
        "order"."status" COLLATE "BINARY"
      ) = 'won'
      THEN CAST(ROUND("order"."amount" * 100) AS INTEGER)
    END
  ) / 100.0 AS "won_revenue"
FROM "orders" AS "order"
LEFT JOIN "customers" AS "customer"
  ON "customer"."customer_id" = "order"."customer_id"
GROUP BY
  "customer"."segment",
  DATE("order"."ordered_at", 'start of month')
HAVING
  COUNT(CASE WHEN (
    "order"."status" COLLATE "BINARY"
  ) = 'won' THEN 1 END) > 0
  AND COUNT(*) >= 2
ORDER BY
  "customer.segment" NULLS LAST,
  "month" NULLS LAST;
