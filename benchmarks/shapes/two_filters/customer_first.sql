SELECT c.region, COALESCE(SUM(CASE WHEN c.segment = 'segment 1' THEN o.n END), 0) AS south, SUM(o.paid) AS paid
FROM (
  SELECT customer_id, COUNT(*) AS n, SUM(amount) AS paid
  FROM orders
  WHERE is_paid AND ordered_on >= DATE '2023-01-01' AND ordered_on < DATE '2023-04-01'
  GROUP BY 1
) AS o
LEFT JOIN customers AS c ON c.customer_id = o.customer_id
GROUP BY 1
ORDER BY 1 NULLS LAST
