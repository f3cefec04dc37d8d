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
), v AS (
  SELECT c.region, CAST(date_trunc('month', v.visited_on) AS DATE) AS month, COUNT(*) AS visits
  FROM visits AS v
  LEFT JOIN customers AS c ON c.customer_id = v.customer_id
  GROUP BY 1, 2
), ot AS (
  SELECT COALESCE(o.region, t.region) AS region, COALESCE(o.month, t.month) AS month, revenue, tickets
  FROM o
  FULL JOIN t ON o.region IS NOT DISTINCT FROM t.region AND o.month IS NOT DISTINCT FROM t.month
)
SELECT COALESCE(ot.region, v.region) AS region, COALESCE(ot.month, v.month) AS month, revenue,
  COALESCE(tickets, 0) AS tickets, COALESCE(visits, 0) AS visits
FROM ot
FULL JOIN v ON ot.region IS NOT DISTINCT FROM v.region AND ot.month IS NOT DISTINCT FROM v.month
ORDER BY 1 NULLS LAST, 2 NULLS LAST
