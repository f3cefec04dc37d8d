WITH RECURSIVE "won_revenue" AS (
  SELECT
    DATE("order"."ordered_at", 'start of month') AS "month",
    SUM(CAST(ROUND("order"."amount" * 100) AS INTEGER)) AS "won_revenue"
  FROM "orders" AS "order"
  WHERE
    (
      "order"."status" COLLATE "BINARY"
    ) = 'won'
  GROUP BY
    DATE("order"."ordered_at", 'start of month')
), "tickets_2" AS (
  SELECT
    DATE("ticket"."opened_at", 'start of month') AS "month",
    COUNT(*) AS "tickets"
  FROM "tickets" AS "ticket"
  GROUP BY
    DATE("ticket"."opened_at", 'start of month')
), "found" AS (
  SELECT
    "branches"."month",
    MAX("branches"."won_revenue") AS "won_revenue",
    COALESCE(MAX("branches"."tickets"), 0) AS "tickets"
  FROM (
    SELECT
      "won_revenue"."month",
      "won_revenue"."won_revenue",
      NULL AS "tickets"
    FROM "won_revenue"
    UNION ALL
    SELECT
      "tickets_2"."month",
      NULL AS "won_revenue",
      "tickets_2"."tickets"
    FROM "tickets_2"
  ) AS "branches"
  GROUP BY
    "branches"."month"
), "bounds" AS (
  SELECT
    MIN("found"."month") AS "first",
    MAX("found"."month") AS "last"
  FROM "found"
), "cells"("cell") AS (
  SELECT
    "bounds"."first" AS "cell"
  FROM "bounds"
  WHERE
    "bounds"."first" < '2026-07-01'
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
  CROSS JOIN "bounds"
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
    ) < '2026-07-01'
    AND MIN(
      DATE(
        "cells"."cell",
        'start of month',
        '+1 months',
        (
          STRFTIME('%d', "cells"."cell") - 1
        ) || ' days'
      ),
      DATE("cells"."cell", 'start of month', '+2 months', '-1 day')
    ) <= "bounds"."last"
)
SELECT
  "branches_2"."month",
  MAX("branches_2"."won_revenue") AS "revenue",
  COALESCE(MAX("branches_2"."tickets"), 0) AS "tickets"
FROM (
  SELECT
    "found"."month",
    "found"."won_revenue",
    "found"."tickets",
    1 AS "present"
  FROM "found"
  UNION ALL
  SELECT
    "cells"."cell" AS "month",
    NULL AS "won_revenue",
    NULL AS "tickets",
    1 AS "present"
  FROM "cells"
  WHERE
    EXISTS(
      SELECT
        1
      FROM "found"
    )
) AS "branches_2"
GROUP BY
  "branches_2"."month"
HAVING
  MAX("branches_2"."present") > 0
ORDER BY
  "month" NULLS LAST;
