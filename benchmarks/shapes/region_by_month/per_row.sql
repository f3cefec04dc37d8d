SELECT c.region, CAST(date_trunc('month', o.ordered_on) AS DATE) AS month,
  SUM(CASE WHEN o.is_paid THEN o.amount END) AS revenue, COUNT(*) AS orders,
  CAST(SUM(CASE WHEN o.is_paid THEN o.amount END) AS DOUBLE) / NULLIF(COUNT(*), 0) AS average
FROM orders AS o
LEFT JOIN customers AS c ON c.customer_id = o.customer_id
WHERE o.ordered_on >= DATE '2022-01-01' AND o.ordered_on < DATE '2023-01-01'
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 2 NULLS LAST
