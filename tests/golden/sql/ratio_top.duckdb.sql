SELECT
  "customer"."segment" AS "customer.segment",
  CAST(DATE_TRUNC('month', "order"."ordered_at") AS DATE) AS "month",
  CAST(SUM("order"."amount") AS DOUBLE) / NULLIF(COUNT(*), 0) AS "deal_size"
FROM "orders" AS "order"
LEFT JOIN "customers" AS "customer"
  ON "customer"."customer_id" = "order"."customer_id"
WHERE
  "order"."status" = 'won'
GROUP BY
  "customer"."segment",
  CAST(DATE_TRUNC('month', "order"."ordered_at") AS DATE)
ORDER BY
  "deal_size" DESC,
  "customer.segment",
  "month"
LIMIT 10;
