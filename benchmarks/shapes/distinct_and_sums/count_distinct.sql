SELECT CAST(date_trunc('month', o.ordered_on) AS DATE) AS month, COUNT(DISTINCT c.customer_id) AS buyers,
  SUM(o.amount) FILTER (WHERE o.is_paid) AS revenue, COUNT(*) AS orders
FROM orders AS o
LEFT JOIN customers AS c ON c.customer_id = o.customer_id
WHERE o.ordered_on >= DATE '2023-01-01' AND o.ordered_on < DATE '2024-01-01'
GROUP BY 1
ORDER BY 1
