SELECT status, CAST(date_trunc('month', ordered_on) AS DATE) AS month, COUNT(*) AS orders, SUM(amount) FILTER (WHERE is_paid) AS revenue
FROM orders
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 2 NULLS LAST
