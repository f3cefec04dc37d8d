SELECT c.region, COUNT(CASE WHEN c.segment = 'segment 1' THEN 1 END) AS south, SUM(o.amount) AS paid
FROM orders AS o
LEFT JOIN customers AS c ON c.customer_id = o.customer_id
WHERE o.is_paid AND o.ordered_on >= DATE '2023-01-01' AND o.ordered_on < DATE '2023-04-01'
GROUP BY 1
ORDER BY 1 NULLS LAST
