WITH top AS (
  SELECT c.customer_id, SUM(o.amount) AS revenue
  FROM orders AS o
  LEFT JOIN customers AS c ON c.customer_id = o.customer_id
  WHERE o.is_paid
  GROUP BY 1
  ORDER BY 2 DESC NULLS LAST, 1 NULLS LAST
  LIMIT 100
)
SELECT top.customer_id, c.name, c.segment, c.region, top.revenue
FROM top
LEFT JOIN customers AS c ON c.customer_id = top.customer_id
ORDER BY 5 DESC NULLS LAST, 1 NULLS LAST
