WITH m AS (
  SELECT c.region, CAST(date_trunc('month', o.ordered_on) AS DATE) AS month, SUM(o.amount) AS revenue
  FROM orders AS o
  LEFT JOIN customers AS c ON c.customer_id = o.customer_id
  WHERE o.is_paid
  GROUP BY 1, 2
), spine AS (
  SELECT CAST(month AS DATE) AS month FROM range(DATE '2020-01-01', DATE '2026-01-01', INTERVAL 1 MONTH) AS t (month)
)
SELECT m.region, spine.month, SUM(m.revenue) AS revenue
FROM spine
JOIN m ON m.month <= spine.month
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 2
