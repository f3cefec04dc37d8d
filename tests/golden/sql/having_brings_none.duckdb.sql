SELECT
  "customer"."segment" AS "customer.segment",
  CAST(DATE_TRUNC('month', "order"."ordered_at") AS DATE) AS "month",
  SUM(CASE WHEN "order"."status" = 'won' THEN "order"."amount" END) AS "won_revenue"
FROM "orders" AS "order"
LEFT JOIN "customers" AS "customer"
  ON "customer"."customer_id" = "order"."customer_id"
GROUP BY
  "customer"."segment",
  CAST(DATE_TRUNC('month', "order"."ordered_at") AS DATE)
HAVING
  COUNT(CASE WHEN "order"."status" = 'won' THEN 1 END) > 0 AND COUNT(*) >= 2
ORDER BY
  "customer.segment",
  "month";
