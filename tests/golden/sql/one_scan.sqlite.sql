SELECT
  "customer"."segment" AS "customer.segment",
  DATE("order"."ordered_at", 'start of month') AS "month",
  COUNT(CASE WHEN (
    "order"."status" COLLATE "BINARY"
  ) = 'won' THEN 1 END) AS "won",
  COUNT(CASE WHEN (
    "order"."status" COLLATE "BINARY"
  ) = 'lost' THEN 1 END) AS "lost",
  COUNT(
    CASE
      WHEN (
        "order"."status" COLLATE "BINARY"
      ) = 'won'
      AND CAST(ROUND("order"."amount" * 100) AS INTEGER) > 10000
      THEN 1
    END
  ) AS "big"
FROM "orders" AS "order"
LEFT JOIN "customers" AS "customer"
  ON "customer"."customer_id" = "order"."customer_id"
WHERE
  (
    (
      "order"."status" COLLATE "BINARY"
    ) = 'won'
    OR (
      "order"."status" COLLATE "BINARY"
    ) = 'lost'
  )
  AND "order"."ordered_at" >= '2026-01-01'
  AND "order"."ordered_at" < '2026-04-01'
GROUP BY
  "customer"."segment",
  DATE("order"."ordered_at", 'start of month')
ORDER BY
  "customer.segment" NULLS LAST,
  "month" NULLS LAST;
