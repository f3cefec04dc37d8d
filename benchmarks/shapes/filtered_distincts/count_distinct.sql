SELECT CAST(date_trunc('month', o.ordered_on) AS DATE) AS month,
  COUNT(DISTINCT c.customer_id) FILTER (WHERE o.is_paid) AS paid,
  COUNT(DISTINCT c.customer_id) FILTER (WHERE o.channel = 'web') AS web,
  COUNT(DISTINCT c.customer_id) FILTER (WHERE o.status = 'kept') AS kept
FROM orders AS o
LEFT JOIN customers AS c ON c.customer_id = o.customer_id
WHERE o.ordered_on >= DATE '2023-01-01' AND o.ordered_on < DATE '2024-01-01' AND (o.is_paid OR o.channel = 'web' OR o.status = 'kept')
GROUP BY 1
ORDER BY 1
