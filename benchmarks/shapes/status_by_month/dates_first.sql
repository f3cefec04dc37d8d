WITH d AS (
  SELECT status, ordered_on, COUNT(*) AS orders, SUM(amount) FILTER (WHERE is_paid) AS revenue
  FROM orders
  GROUP BY 1, 2
)
SELECT status, CAST(date_trunc('month', ordered_on) AS DATE) AS month, CAST(SUM(orders) AS BIGINT) AS orders, SUM(revenue) AS revenue
FROM d
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 2 NULLS LAST
