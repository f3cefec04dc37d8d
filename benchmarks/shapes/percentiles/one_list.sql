SELECT region, ps[1] AS middle, ps[2] AS high
FROM (
  SELECT c.region, quantile_cont(CAST(o.amount AS DOUBLE), [0.5, 0.9]) AS ps
  FROM orders AS o
  LEFT JOIN customers AS c ON c.customer_id = o.customer_id
  WHERE o.ordered_on >= DATE '2023-01-01' AND o.ordered_on < DATE '2024-01-01'
  GROUP BY 1
)
ORDER BY 1 NULLS LAST
