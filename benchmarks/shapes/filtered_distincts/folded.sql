WITH f AS (
  SELECT CAST(date_trunc('month', ordered_on) AS DATE) AS month, customer_id, bool_or(is_paid) AS paid,
    bool_or(channel = 'web') AS web, bool_or(status = 'kept') AS kept
  FROM orders
  WHERE ordered_on >= DATE '2023-01-01' AND ordered_on < DATE '2024-01-01'
  GROUP BY 1, 2
)
SELECT f.month, COUNT(c.customer_id) FILTER (WHERE f.paid) AS paid, COUNT(c.customer_id) FILTER (WHERE f.web) AS web,
  COUNT(c.customer_id) FILTER (WHERE f.kept) AS kept
FROM f
LEFT JOIN customers AS c ON c.customer_id = f.customer_id
WHERE f.paid OR f.web OR f.kept
GROUP BY 1
ORDER BY 1
