SELECT CAST(date_trunc('month', day) AS DATE) AS month, SUM(orders) AS orders, SUM(revenue) AS revenue
FROM (
  SELECT ordered_on AS day, COUNT(*) AS orders, SUM(CASE WHEN is_paid THEN amount END) AS revenue
  FROM orders
  GROUP BY ordered_on
) AS daily
GROUP BY 1
ORDER BY 1
