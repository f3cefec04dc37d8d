WITH firsts AS (
  SELECT c.customer_id, MIN(o.ordered_on) AS first_on
  FROM orders AS o
  JOIN customers AS c ON c.customer_id = o.customer_id
  GROUP BY 1
)
SELECT CAST(date_trunc('month', f.first_on) AS DATE) AS cohort, date_diff('month', f.first_on, o.ordered_on) AS age,
  COUNT(DISTINCT f.customer_id) AS buyers
FROM orders AS o
LEFT JOIN firsts AS f ON f.customer_id = o.customer_id
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 2 NULLS LAST
