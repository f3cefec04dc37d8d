WITH seen AS (
  SELECT DISTINCT c.customer_id, o.ordered_on AS day
  FROM orders AS o
  JOIN customers AS c ON c.customer_id = o.customer_id
  WHERE o.ordered_on >= DATE '2022-12-05' AND o.ordered_on < DATE '2023-04-01'
), spans AS (
  SELECT day, least(day + 28, lead(day, 1, DATE '9999-01-01') OVER (PARTITION BY customer_id ORDER BY day)) AS until FROM seen
), deltas AS (
  SELECT day, SUM(delta) AS delta
  FROM (SELECT day, 1 AS delta FROM spans UNION ALL SELECT until, -1 FROM spans)
  GROUP BY 1
), spine AS (
  SELECT CAST(day AS DATE) AS day FROM range(DATE '2022-12-05', DATE '2023-04-01', INTERVAL 1 DAY) AS t (day)
), w AS (
  SELECT spine.day, CAST(SUM(COALESCE(deltas.delta, 0)) OVER (ORDER BY spine.day) AS BIGINT) AS buyers
  FROM spine
  LEFT JOIN deltas ON deltas.day = spine.day
)
SELECT day, buyers FROM w WHERE day >= DATE '2023-01-01' ORDER BY day
