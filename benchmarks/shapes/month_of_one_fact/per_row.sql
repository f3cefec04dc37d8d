SELECT CAST(date_trunc('month', ordered_on) AS DATE) AS month, COUNT(*) AS orders, SUM(CASE WHEN is_paid THEN amount END) AS revenue
FROM orders
GROUP BY 1
ORDER BY 1
