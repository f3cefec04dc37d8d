WITH seen AS (
  SELECT DISTINCT c.customer_id, o.ordered_on AS day
  FROM orders AS o
  JOIN customers AS c ON c.customer_id = o.customer_id
  WHERE o.ordered_on >= DATE '2022-12-05' AND o.ordered_on < DATE '2023-04-01'
), spine AS (
  SELECT CAST(day AS DATE) AS day FROM range(DATE '2023-01-01', DATE '2023-04-01', INTERVAL 1 DAY) AS t (day)
)
SELECT spine.day, COUNT(DISTINCT seen.customer_id) AS buyers
FROM spine
JOIN seen ON seen.day > spine.day - 28 AND seen.day <= spine.day
GROUP BY 1
ORDER BY 1
