WITH "order_totals" AS (
  SELECT
    "customer"."segment" AS "customer.segment",
    "order"."ordered_at" - CAST(DAY("order"."ordered_at") - 1 AS INT) AS "month",
    SUM("order"."amount") AS "won_revenue",
    COUNT(*) AS "won_orders"
  FROM "orders" AS "order"
  LEFT JOIN "customers" AS "customer"
    ON "customer"."customer_id" = "order"."customer_id"
  WHERE
    "order"."status" = 'won'
    AND "order"."ordered_at" >= CAST('2026-01-01' AS DATE)
    AND "order"."ordered_at" < CAST('2026-04-01' AS DATE)
  GROUP BY
    "customer"."segment",
    "order"."ordered_at" - CAST(DAY("order"."ordered_at") - 1 AS INT)
), "tickets_totals" AS (
  SELECT
    "customer"."segment" AS "customer.segment",
    "ticket"."opened_at" - CAST(DAY("ticket"."opened_at") - 1 AS INT) AS "month",
    COUNT(*) AS "tickets"
  FROM "tickets" AS "ticket"
  LEFT JOIN "customers" AS "customer"
    ON "customer"."customer_id" = "ticket"."customer_id"
  WHERE
    "ticket"."opened_at" >= CAST('2026-01-01' AS DATE)
    AND "ticket"."opened_at" < CAST('2026-04-01' AS DATE)
  GROUP BY
    "customer"."segment",
    "ticket"."opened_at" - CAST(DAY("ticket"."opened_at") - 1 AS INT)
)
SELECT
  "branches"."customer.segment",
  "branches"."month",
  MAX("branches"."won_revenue") AS "won_revenue",
  CAST(MAX("branches"."won_revenue") AS DOUBLE) / NULLIF(COALESCE(MAX("branches"."won_orders"), 0), 0) AS "deal_size",
  COALESCE(MAX("branches"."tickets"), 0) AS "tickets"
FROM (
  SELECT
    "order_totals"."customer.segment",
    "order_totals"."month",
    "order_totals"."won_revenue",
    "order_totals"."won_orders",
    CAST(NULL AS BIGINT) AS "tickets"
  FROM "order_totals"
  UNION ALL
  SELECT
    "tickets_totals"."customer.segment",
    "tickets_totals"."month",
    NULL AS "won_revenue",
    NULL AS "won_orders",
    "tickets_totals"."tickets"
  FROM "tickets_totals"
) AS "branches"
GROUP BY
  "branches"."customer.segment",
  "branches"."month"
ORDER BY
  "customer.segment",
  "month";
