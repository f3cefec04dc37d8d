WITH RECURSIVE "tickets_totals" AS (
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
), "cells"("cell") AS (
  SELECT
    '2026-01-01' AS "cell"
  UNION ALL
  SELECT
    DATE("cells"."cell", '+1 months')
  FROM "cells"
  WHERE
    DATE("cells"."cell", '+1 months') < '2026-04-01'
)
SELECT
  "groups"."customer.segment",
  "groups"."month",
  COALESCE(MAX("groups"."tickets"), 0) AS "tickets"
FROM (
  SELECT
    "tickets_totals"."customer.segment",
    "tickets_totals"."month",
    "tickets_totals"."tickets"
  FROM "tickets_totals"
  UNION ALL
  SELECT
    "dimensions"."customer.segment",
    "cells"."cell" AS "month",
    NULL AS "tickets"
  FROM "cells"
  CROSS JOIN (
    SELECT DISTINCT
      "tickets_totals"."customer.segment"
    FROM "tickets_totals"
  ) AS "dimensions"
) AS "groups"
GROUP BY
  "groups"."customer.segment",
  "groups"."month"
ORDER BY
  "customer.segment" NULLS LAST,
  "month" NULLS LAST;
