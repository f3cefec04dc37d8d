SELECT DISTINCT
  "customer"."segment" AS "segment"
FROM "customers" AS "customer"
LEFT JOIN "regions" AS "region"
  ON "region"."region_id" = "customer"."region_id"
WHERE
  (
    "region"."name" COLLATE "BINARY"
  ) = 'North'
ORDER BY
  "segment" NULLS LAST;
