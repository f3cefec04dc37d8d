WITH "ticket_totals" AS (
  SELECT
    COUNT(*) AS "tickets",
    CAST(COUNT(CASE WHEN "ticket"."solved" THEN 1 END) AS DOUBLE) / NULLIF(COUNT("ticket"."solved"), 0) AS "solved"
  FROM "tickets" AS "ticket"
), "orders_totals" AS (
  SELECT
    COUNT(*) AS "orders"
  FROM "orders" AS "order"
)
SELECT
  CAST("ticket_totals"."tickets" AS DOUBLE) / NULLIF("orders_totals"."orders", 0) AS "per_order",
  "ticket_totals"."solved" AS "solved"
FROM "ticket_totals"
CROSS JOIN "orders_totals";
