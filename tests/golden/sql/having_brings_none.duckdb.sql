SELECT
  "customer"."segment" AS "customer.segment",
  "order"."ordered_at" - CAST(DAY("order"."ordered_at") - 1 AS INT) AS "month",
  SUM(CASE WHEN "order"."status" = 'won' THEN "order"."amount" END) AS "won_revenue"
FROM "orders" AS "order"
LEFT JOIN "customers" AS "customer"
  ON "customer"."customer_id" = "order"."customer_id"
GROUP BY
  "customer"."segment",
  "order"."ordered_at" - CAST(DAY("order"."ordered_at") - 1 AS INT)
HAVING
  COUNT(CASE WHEN "order"."status" = 'won' THEN 1 END) > 0 AND COUNT(*) >= 2
ORDER BY
  "customer.segment",
  "month";
