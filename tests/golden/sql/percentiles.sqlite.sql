WITH "ticket_totals" AS (
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
), "median_minutes" AS (
  SELECT
    "ranked"."customer.segment",
    "ranked"."month",
    MAX(
      CASE
        WHEN "ranked"."place" = (
          (
            1 * (
              "ranked"."number" - 1
            )
          ) / 2
        )
        THEN CAST("ranked"."value" AS REAL)
      END
    ) + (
      (
        MAX(
          CASE
            WHEN "ranked"."place" = (
              (
                (
                  1 * (
                    "ranked"."number" - 1
                  )
                ) + 1
              ) / 2
            )
            THEN CAST("ranked"."value" AS REAL)
          END
        ) - MAX(
          CASE
            WHEN "ranked"."place" = (
              (
                1 * (
                  "ranked"."number" - 1
                )
              ) / 2
            )
            THEN CAST("ranked"."value" AS REAL)
          END
        )
      ) * (
        CAST(MAX((
          1 * (
            "ranked"."number" - 1
          )
        ) % 2) AS REAL) / 2
      )
    ) AS "median_minutes",
    MAX(
      CASE
        WHEN "ranked"."place" = (
          (
            9 * (
              "ranked"."number" - 1
            )
          ) / 10
        )
        THEN CAST("ranked"."value" AS REAL)
      END
    ) + (
      (
        MAX(
          CASE
            WHEN "ranked"."place" = (
              (
                (
                  9 * (
                    "ranked"."number" - 1
                  )
                ) + 9
              ) / 10
            )
            THEN CAST("ranked"."value" AS REAL)
          END
        ) - MAX(
          CASE
            WHEN "ranked"."place" = (
              (
                9 * (
                  "ranked"."number" - 1
                )
              ) / 10
            )
            THEN CAST("ranked"."value" AS REAL)
          END
        )
      ) * (
        CAST(MAX((
          9 * (
            "ranked"."number" - 1
          )
        ) % 10) AS REAL) / 10
      )
    ) AS "slow_minutes"
  FROM (
    SELECT
      "customer"."segment" AS "customer.segment",
      DATE("ticket"."opened_at", 'start of month') AS "month",
      "ticket"."minutes" AS "value",
      ROW_NUMBER() OVER (
        PARTITION BY "customer"."segment", DATE("ticket"."opened_at", 'start of month')
        ORDER BY "ticket"."minutes" IS NULL NULLS LAST, "ticket"."minutes" NULLS LAST
      ) - 1 AS "place",
      COUNT("ticket"."minutes") OVER (PARTITION BY "customer"."segment", DATE("ticket"."opened_at", 'start of month')) AS "number"
    FROM "tickets" AS "ticket"
    LEFT JOIN "customers" AS "customer"
      ON "customer"."customer_id" = "ticket"."customer_id"
  ) AS "ranked"
  GROUP BY
    "ranked"."customer.segment",
    "ranked"."month"
)
SELECT
  "branches"."customer.segment",
  "branches"."month",
  COALESCE(MAX("branches"."tickets"), 0) AS "tickets",
  MAX("branches"."median_minutes") AS "median",
  MAX("branches"."slow_minutes") AS "p90"
FROM (
  SELECT
    "ticket_totals"."customer.segment",
    "ticket_totals"."month",
    "ticket_totals"."tickets",
    NULL AS "median_minutes",
    NULL AS "slow_minutes"
  FROM "ticket_totals"
  UNION ALL
  SELECT
    "median_minutes"."customer.segment",
    "median_minutes"."month",
    NULL AS "tickets",
    "median_minutes"."median_minutes",
    "median_minutes"."slow_minutes"
  FROM "median_minutes"
) AS "branches"
GROUP BY
  "branches"."customer.segment",
  "branches"."month"
ORDER BY
  "customer.segment" NULLS LAST,
  "month" NULLS LAST;
