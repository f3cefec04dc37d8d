SELECT c.customer_id, c.name, c.segment, c.region, SUM(o.amount) AS revenue
FROM orders AS o
LEFT JOIN customers AS c ON c.customer_id = o.customer_id
WHERE o.is_paid
GROUP BY 1, 2, 3, 4
ORDER BY 5 DESC NULLS LAST, 1 NULLS LAST
LIMIT 100
