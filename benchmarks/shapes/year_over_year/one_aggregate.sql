WITH d AS (
  SELECT c.region, o.ordered_on AS day, SUM(o.amount) AS revenue
  FROM orders AS o
  LEFT JOIN customers AS c ON c.customer_id = o.customer_id
  WHERE o.is_paid AND o.ordered_on >= DATE '2022-01-01' AND o.ordered_on < DATE '2024-01-01'
  GROUP BY 1, 2
), m AS (
  SELECT region, CAST(date_trunc('month', day) AS DATE) AS month, SUM(revenue) AS revenue FROM d GROUP BY 1, 2
), shifted AS (
  SELECT region, month, revenue, CAST(NULL AS DECIMAL(38, 2)) AS before FROM m WHERE month >= DATE '2023-01-01'
  UNION ALL
  SELECT region, CAST(month + INTERVAL 1 YEAR AS DATE), NULL, revenue FROM m WHERE month < DATE '2023-01-01'
)
SELECT region, month, MAX(revenue) AS revenue, MAX(before) AS before
FROM shifted
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 2
