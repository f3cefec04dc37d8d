WITH "won_revenue" AS (
  SELECT
    "customer"."segment" AS "customer.segment",
    DATE("order"."ordered_at", 'start of month') AS "month",
    SUM(CAST(ROUND("order"."amount" * 100) AS INTEGER)) AS "won_revenue"
  FROM "orders" AS "order"
  LEFT JOIN "customers" AS "customer"
    ON "customer"."customer_id" = "order"."customer_id"
  WHERE
    (
      "order"."status" COLLATE "BINARY"
    ) = 'won'
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
  GROUP BY
    "customer"."segment",
    DATE("ticket"."opened_at", 'start of month')
)
SELECT
  "branches"."customer.segment",
  "branches"."month",
  MAX("branches"."won_revenue") / 100.0 AS "won_revenue"
FROM (
  SELECT
    "won_revenue"."customer.segment",
    "won_revenue"."month",
    "won_revenue"."won_revenue",
    NULL AS "tickets",
    1 AS "present"
  FROM "won_revenue"
  UNION ALL
  SELECT
    "tickets_totals"."customer.segment",
    "tickets_totals"."month",
    NULL AS "won_revenue",
    "tickets_totals"."tickets",
    NULL AS "present"
  FROM "tickets_totals"
) AS "branches"
GROUP BY
  "branches"."customer.segment",
  "branches"."month"
HAVING
  MAX("branches"."present") > 0 AND COALESCE(MAX("branches"."tickets"), 0) > 0
ORDER BY
  "customer.segment" NULLS LAST,
  "month" NULLS LAST;
