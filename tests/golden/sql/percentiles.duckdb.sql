SELECT
  "customer"."segment" AS "customer.segment",
  "ticket"."opened_at" - CAST(DAY("ticket"."opened_at") - 1 AS INT) AS "month",
  COUNT(*) AS "tickets",
  QUANTILE_CONT(CAST("ticket"."minutes" AS DOUBLE), 0.5) AS "median",
  QUANTILE_CONT(CAST("ticket"."minutes" AS DOUBLE), 0.9) AS "p90"
FROM "tickets" AS "ticket"
LEFT JOIN "customers" AS "customer"
  ON "customer"."customer_id" = "ticket"."customer_id"
GROUP BY
  "customer"."segment",
  "ticket"."opened_at" - CAST(DAY("ticket"."opened_at") - 1 AS INT)
ORDER BY
  "customer.segment",
  "month";
