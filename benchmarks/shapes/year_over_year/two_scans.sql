WITH now AS (
  SELECT c.region, CAST(date_trunc('month', o.ordered_on) AS DATE) AS month, SUM(o.amount) AS revenue
  FROM orders AS o
  LEFT JOIN customers AS c ON c.customer_id = o.customer_id
  WHERE o.is_paid AND o.ordered_on >= DATE '2023-01-01' AND o.ordered_on < DATE '2024-01-01'
  GROUP BY 1, 2
), then_ AS (
  SELECT c.region, CAST(date_trunc('month', o.ordered_on) + INTERVAL 1 YEAR AS DATE) AS month, SUM(o.amount) AS before
  FROM orders AS o
  LEFT JOIN customers AS c ON c.customer_id = o.customer_id
  WHERE o.is_paid AND o.ordered_on >= DATE '2022-01-01' AND o.ordered_on < DATE '2023-01-01'
  GROUP BY 1, 2
)
SELECT COALESCE(now.region, then_.region) AS region, COALESCE(now.month, then_.month) AS month, revenue, before
FROM now
FULL JOIN then_ ON now.region IS NOT DISTINCT FROM then_.region AND now.month = then_.month
ORDER BY 1 NULLS LAST, 2
