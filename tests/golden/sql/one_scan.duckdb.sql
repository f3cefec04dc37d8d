SELECT
  "customer"."segment" AS "customer.segment",
  "order"."ordered_at" - CAST(DAY("order"."ordered_at") - 1 AS INT) AS "month",
  COUNT(CASE WHEN "order"."status" = 'won' THEN 1 END) AS "won",
  COUNT(CASE WHEN "order"."status" = 'lost' THEN 1 END) AS "lost",
  COUNT(CASE WHEN "order"."status" = 'won' AND "order"."amount" > 100 THEN 1 END) AS "big"
FROM "orders" AS "order"
LEFT JOIN "customers" AS "customer"
  ON "customer"."customer_id" = "order"."customer_id"
WHERE
  (
    "order"."status" = 'won' OR "order"."status" = 'lost'
  )
  AND "order"."ordered_at" >= CAST('2026-01-01' AS DATE)
  AND "order"."ordered_at" < CAST('2026-04-01' AS DATE)
GROUP BY
  "customer"."segment",
  "order"."ordered_at" - CAST(DAY("order"."ordered_at") - 1 AS INT)
ORDER BY
  "customer.segment",
  "month";
