WITH d AS (
  SELECT ordered_on AS day, SUM(amount) AS revenue
  FROM orders
  WHERE is_paid AND ordered_on >= DATE '2022-12-05' AND ordered_on < DATE '2023-04-01'
  GROUP BY 1
), spine AS (
  SELECT CAST(day AS DATE) AS day FROM range(DATE '2022-12-05', DATE '2023-04-01', INTERVAL 1 DAY) AS t (day)
), w AS (
  SELECT spine.day, SUM(d.revenue) OVER (ORDER BY spine.day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS revenue,
    COUNT(d.day) OVER (ORDER BY spine.day ROWS BETWEEN 27 PRECEDING AND CURRENT ROW) AS days
  FROM spine
  LEFT JOIN d ON d.day = spine.day
)
SELECT day, revenue
FROM w
WHERE day >= DATE '2023-01-01' AND days > 0
ORDER BY day
