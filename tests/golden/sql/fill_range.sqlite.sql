WITH RECURSIVE "tickets_2" AS (
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
    MIN(
      DATE(
        "cells"."cell",
        'start of month',
        '+1 months',
        (
          STRFTIME('%d', "cells"."cell") - 1
        ) || ' days'
      ),
      DATE("cells"."cell", 'start of month', '+2 months', '-1 day')
    )
  FROM "cells"
  WHERE
    MIN(
      DATE(
        "cells"."cell",
        'start of month',
        '+1 months',
        (
          STRFTIME('%d', "cells"."cell") - 1
        ) || ' days'
      ),
      DATE("cells"."cell", 'start of month', '+2 months', '-1 day')
    ) < '2026-04-01'
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
    NULL AS "tickets",
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
  "customer.segment" NULLS LAST,
  "month" NULLS LAST;
