SELECT
  "region"."name" AS "order.customer.region.name",
  SUM("item"."quantity") AS "items"
FROM "order_items" AS "item"
LEFT JOIN "orders" AS "order"
  ON "order"."order_id" = "item"."order_id"
LEFT JOIN "customers" AS "customer"
  ON "customer"."customer_id" = "order"."customer_id"
LEFT JOIN "regions" AS "region"
  ON "region"."region_id" = "customer"."region_id"
GROUP BY
  "region"."name"
ORDER BY
  "order.customer.region.name" NULLS LAST;
