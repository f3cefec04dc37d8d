WITH RECURSIVE "tickets_2" AS (
  SELECT
    "customer"."segment" AS "customer.segment",
    CAST(DATE_TRUNC('month', "ticket"."opened_at") AS DATE) AS "month",
    COUNT(*) AS "tickets"
  FROM "tickets" AS "ticket"
  LEFT JOIN "customers" AS "customer"
    ON "customer"."customer_id" = "ticket"."customer_id"
  WHERE
    "ticket"."opened_at" >= CAST('2026-01-01' AS DATE)
    AND "ticket"."opened_at" < CAST('2026-04-01' AS DATE)
  GROUP BY
    "customer"."segment",
    CAST(DATE_TRUNC('month', "ticket"."opened_at") AS DATE)
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
  "branches"."customer.segment",
  "branches"."month",
  COALESCE(MAX("branches"."tickets"), 0) AS "tickets"
FROM (
  SELECT
    "tickets_2"."customer.segment",
    "tickets_2"."month",
    "tickets_2"."tickets",
    1 AS "present"
  FROM "tickets_2"
  UNION ALL
  SELECT
    "dimensions"."customer.segment",
    "cells"."cell" AS "month",
    CAST(NULL AS BIGINT) AS "tickets",
    1 AS "present"
  FROM "cells"
  CROSS JOIN (
    SELECT DISTINCT
      "tickets_2"."customer.segment"
    FROM "tickets_2"
  ) AS "dimensions"
) AS "branches"
GROUP BY
  "branches"."customer.segment",
  "branches"."month"
HAVING
  MAX("branches"."present") > 0
ORDER BY
  "customer.segment",
  "month";
