WITH RECURSIVE "tickets_totals" AS (
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
), "cells"("cell") AS (
  SELECT
    CAST('2026-01-01' AS DATE) AS "cell"
  UNION ALL
  SELECT
    CAST("cells"."cell" + TO_MONTHS(1) AS DATE)
  FROM "cells"
  WHERE
    CAST("cells"."cell" + TO_MONTHS(1) AS DATE) < CAST('2026-04-01' AS DATE)
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
    CAST(NULL AS BIGINT) AS "tickets"
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
  "customer.segment",
  "month";
