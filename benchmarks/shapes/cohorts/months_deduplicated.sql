WITH months AS (
  SELECT DISTINCT customer_id, date_trunc('month', ordered_on) AS month FROM orders
), first_months AS (
  SELECT customer_id, MIN(month) AS first_month FROM months GROUP BY 1
)
SELECT CAST(f.first_month AS DATE) AS cohort, date_diff('month', f.first_month, m.month) AS age, COUNT(*) AS buyers
FROM months AS m
JOIN first_months AS f ON f.customer_id = m.customer_id
JOIN customers AS c ON c.customer_id = m.customer_id
GROUP BY 1, 2
UNION ALL
SELECT NULL, NULL, 0 WHERE EXISTS (SELECT 1 FROM orders AS o ANTI JOIN customers AS c ON c.customer_id = o.customer_id)
ORDER BY 1 NULLS LAST, 2 NULLS LAST
