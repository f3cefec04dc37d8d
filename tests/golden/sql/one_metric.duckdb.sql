SELECT
  SUM("order"."amount") AS "won_revenue"
FROM "orders" AS "order"
WHERE
  "order"."status" = 'won';
