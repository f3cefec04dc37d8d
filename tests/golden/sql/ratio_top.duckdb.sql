SELECT
  "customer"."segment" AS "customer.segment",
  "order"."ordered_at" - CAST(DAY("order"."ordered_at") - 1 AS INT) AS "month",
  CAST(SUM("order"."amount") AS DOUBLE) / NULLIF(COUNT(*), 0) AS "deal_size"
FROM "orders" AS "order"
LEFT JOIN "customers" AS "customer"
  ON "customer"."customer_id" = "order"."customer_id"
WHERE
  "order"."status" = 'won'
GROUP BY
  "customer"."segment",
  "order"."ordered_at" - CAST(DAY("order"."ordered_at") - 1 AS INT)
ORDER BY
  "deal_size" DESC,
  "customer.segment",
  "month"
LIMIT 10;
