SELECT
  SUM(CAST(ROUND("order"."amount" * 100) AS INTEGER)) / 100.0 AS "won_revenue"
FROM "orders" AS "order"
WHERE
  (
    "order"."status" COLLATE "BINARY"
  ) = 'won';
