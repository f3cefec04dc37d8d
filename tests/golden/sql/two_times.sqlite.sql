WITH "won_revenue" AS (
  SELECT
    DATE("days"."day", 'start of month') AS "month",
    SUM("days"."won_revenue") AS "won_revenue"
  FROM (
    SELECT
      "order"."ordered_at" AS "day",
      SUM(CAST(ROUND("order"."amount" * 100) AS INTEGER)) AS "won_revenue"
    FROM "orders" AS "order"
    WHERE
      (
        "order"."status" COLLATE "BINARY"
      ) = 'won'
      AND "order"."ordered_at" >= '2026-01-01'
      AND "order"."ordered_at" < '2026-04-01'
    GROUP BY
      "order"."ordered_at"
  ) AS "days"
  GROUP BY
    DATE("days"."day", 'start of month')
), "paid" AS (
  SELECT
    DATE(
      DATE(
        SUBSTR(
          REPLACE(
            REPLACE("order"."paid_at" || SUBSTR('.000000', LENGTH("order"."paid_at") - 18), 'T', ' '),
            '.000000',
            ''
          ),
          1,
          10
        )
      ),
      'start of month'
    ) AS "month",
    SUM(CAST(ROUND("order"."amount" * 100) AS INTEGER)) AS "paid"
  FROM "orders" AS "order"
  WHERE
    "order"."paid_at" >= '2026-01-01' AND "order"."paid_at" < '2026-04-01'
  GROUP BY
    DATE(
      DATE(
        SUBSTR(
          REPLACE(
            REPLACE("order"."paid_at" || SUBSTR('.000000', LENGTH("order"."paid_at") - 18), 'T', ' '),
            '.000000',
            ''
          ),
          1,
          10
        )
      ),
      'start of month'
    )
)
SELECT
  "branches"."month",
  MAX("branches"."won_revenue") / 100.0 AS "ordered",
  MAX("branches"."paid") / 100.0 AS "paid"
FROM (
  SELECT
    "won_revenue"."month",
    "won_revenue"."won_revenue",
    NULL AS "paid"
  FROM "won_revenue"
  UNION ALL
  SELECT
    "paid"."month",
    NULL AS "won_revenue",
    "paid"."paid"
  FROM "paid"
) AS "branches"
GROUP BY
  "branches"."month"
ORDER BY
  "month" NULLS LAST;
