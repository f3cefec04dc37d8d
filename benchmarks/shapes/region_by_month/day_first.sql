SELECT region, CAST(date_trunc('month', day) AS DATE) AS month, SUM(paid) AS revenue, SUM(n) AS orders,
  CAST(SUM(paid) AS DOUBLE) / NULLIF(SUM(n), 0) AS average
FROM (
  SELECT c.region, o.ordered_on AS day, SUM(CASE WHEN o.is_paid THEN o.amount END) AS paid, COUNT(*) AS n
  FROM orders AS o
  LEFT JOIN customers AS c ON c.customer_id = o.customer_id
  WHERE o.ordered_on >= DATE '2022-01-01' AND o.ordered_on < DATE '2023-01-01'
  GROUP BY 1, 2
) AS daily
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 2 NULLS LAST
