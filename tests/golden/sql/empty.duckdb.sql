WITH "won_revenue" AS (
  SELECT
    "customer"."segment" AS "customer.segment",
    "order"."ordered_at" - CAST(DAY("order"."ordered_at") - 1 AS INT) AS "month",
    SUM("order"."amount") AS "won_revenue",
    COUNT(*) AS "won_revenue_rows"
  FROM "orders" AS "order"
  LEFT JOIN "customers" AS "customer"
    ON "customer"."customer_id" = "order"."customer_id"
  WHERE
    "order"."status" = 'won'
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
  GROUP BY
    "customer"."segment",
    "ticket"."opened_at" - CAST(DAY("ticket"."opened_at") - 1 AS INT)
)
SELECT
  "branches"."customer.segment",
  "branches"."month",
  CASE
    WHEN COALESCE(MAX("branches"."won_revenue_rows"), 0) = 0
    THEN 0
    ELSE MAX("branches"."won_revenue")
  END AS "revenue",
  COALESCE(MAX("branches"."tickets"), 0) AS "tickets"
FROM (
  SELECT
    "won_revenue"."customer.segment",
    "won_revenue"."month",
    "won_revenue"."won_revenue",
    "won_revenue"."won_revenue_rows",
    CAST(NULL AS BIGINT) AS "tickets"
  FROM "won_revenue"
  UNION ALL
  SELECT
    "tickets_totals"."customer.segment",
    "tickets_totals"."month",
    NULL AS "won_revenue",
    NULL AS "won_revenue_rows",
    "tickets_totals"."tickets"
  FROM "tickets_totals"
) AS "branches"
GROUP BY
  "branches"."customer.segment",
  "branches"."month"
ORDER BY
  "customer.segment",
  "month";
