WITH f AS (
  SELECT CAST(date_trunc('month', ordered_on) AS DATE) AS month, customer_id, SUM(amount) FILTER (WHERE is_paid) AS revenue, COUNT(*) AS orders
  FROM orders
  WHERE ordered_on >= DATE '2023-01-01' AND ordered_on < DATE '2024-01-01'
  GROUP BY 1, 2
)
SELECT f.month, COUNT(c.customer_id) AS buyers, SUM(f.revenue) AS revenue, CAST(SUM(f.orders) AS BIGINT) AS orders
FROM f
LEFT JOIN customers AS c ON c.customer_id = f.customer_id
GROUP BY 1
ORDER BY 1
