WITH "order_totals" AS (
  SELECT
    "customer"."segment" AS "customer.segment",
    DATE("order"."ordered_at", 'start of month') AS "month",
    SUM(CAST(ROUND("order"."amount" * 100) AS INTEGER)) AS "won_revenue",
    COUNT(*) AS "won_orders"
  FROM "orders" AS "order"
  LEFT JOIN "customers" AS "customer"
    ON "customer"."customer_id" = "order"."customer_id"
  WHERE
    (
      "order"."status" COLLATE "BINARY"
    ) = 'won'
    AND "order"."ordered_at" >= '2026-01-01'
    AND "order"."ordered_at" < '2026-04-01'
  GROUP BY
    "customer"."segment",
    DATE("order"."ordered_at", 'start of month')
), "tickets_totals" AS (
  SELECT
    "customer"."segment" AS "customer.segment",
    DATE("ticket"."opened_at", 'start of month') AS "month",
    COUNT(*) AS "tickets"
  FROM "tickets" AS "ticket"
  LEFT JOIN "customers" AS "customer"
    ON "customer"."customer_id" = "ticket"."customer_id"
  WHERE
    "ticket"."opened_at" >= '2026-01-01' AND "ticket"."opened_at" < '2026-04-01'
  GROUP BY
    "customer"."segment",
    DATE("ticket"."opened_at", 'start of month')
)
SELECT
  "branches"."customer.segment",
  "branches"."month",
  MAX("branches"."won_revenue") / 100.0 AS "won_revenue",
  (
    CAST(MAX("branches"."won_revenue") AS REAL) / 100
  ) / NULLIF(COALESCE(MAX("branches"."won_orders"), 0), 0) AS "deal_size",
  COALESCE(MAX("branches"."tickets"), 0) AS "tickets"
FROM (
  SELECT
    "order_totals"."customer.segment",
    "order_totals"."month",
    "order_totals"."won_revenue",
    "order_totals"."won_orders",
    NULL AS "tickets"
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
  "customer.segment" NULLS LAST,
  "month" NULLS LAST;
