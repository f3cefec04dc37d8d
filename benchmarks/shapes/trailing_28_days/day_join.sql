WITH d AS (
  SELECT ordered_on AS day, SUM(amount) AS revenue
  FROM orders
  WHERE is_paid AND ordered_on >= DATE '2022-12-05' AND ordered_on < DATE '2023-04-01'
  GROUP BY 1
), spine AS (
  SELECT CAST(day AS DATE) AS day FROM range(DATE '2023-01-01', DATE '2023-04-01', INTERVAL 1 DAY) AS t (day)
)
SELECT spine.day, SUM(d.revenue) AS revenue
FROM spine
JOIN d ON d.day > spine.day - 28 AND d.day <= spine.day
GROUP BY 1
ORDER BY 1
