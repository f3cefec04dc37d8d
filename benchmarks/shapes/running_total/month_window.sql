WITH d AS (
  SELECT c.region, o.ordered_on AS day, SUM(o.amount) AS revenue
  FROM orders AS o
  LEFT JOIN customers AS c ON c.customer_id = o.customer_id
  WHERE o.is_paid
  GROUP BY 1, 2
), m AS (
  SELECT region, CAST(date_trunc('month', day) AS DATE) AS month, SUM(revenue) AS revenue
  FROM d
  GROUP BY 1, 2
), spine AS (
  SELECT region, CAST(month AS DATE) AS month
  FROM (SELECT DISTINCT region FROM m), range(DATE '2020-01-01', DATE '2026-01-01', INTERVAL 1 MONTH) AS t (month)
), w AS (
  SELECT spine.region, spine.month, SUM(m.revenue) OVER (PARTITION BY spine.region ORDER BY spine.month) AS revenue
  FROM spine
  LEFT JOIN m ON m.region IS NOT DISTINCT FROM spine.region AND m.month = spine.month
)
SELECT region, month, revenue
FROM w
WHERE revenue IS NOT NULL
ORDER BY 1 NULLS LAST, 2
