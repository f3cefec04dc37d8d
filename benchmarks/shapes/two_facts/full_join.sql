WITH o AS (
  SELECT c.region, CAST(date_trunc('month', o.ordered_on) AS DATE) AS month, SUM(o.amount) AS revenue
  FROM orders AS o
  LEFT JOIN customers AS c ON c.customer_id = o.customer_id
  WHERE o.is_paid
  GROUP BY 1, 2
), t AS (
  SELECT c.region, CAST(date_trunc('month', t.opened_on) AS DATE) AS month, COUNT(*) AS tickets
  FROM tickets AS t
  LEFT JOIN customers AS c ON c.customer_id = t.customer_id
  GROUP BY 1, 2
)
SELECT COALESCE(o.region, t.region) AS region, COALESCE(o.month, t.month) AS month, o.revenue, COALESCE(t.tickets, 0) AS tickets,
  CAST(o.revenue AS DOUBLE) / NULLIF(COALESCE(t.tickets, 0), 0) AS per_ticket
FROM o
FULL JOIN t ON o.region IS NOT DISTINCT FROM t.region AND o.month IS NOT DISTINCT FROM t.month
ORDER BY 1 NULLS LAST, 2 NULLS LAST
