WITH o AS (
  SELECT c.region, o.ordered_on AS day, SUM(o.amount) AS revenue
  FROM orders AS o
  LEFT JOIN customers AS c ON c.customer_id = o.customer_id
  WHERE o.is_paid
  GROUP BY 1, 2
), t AS (
  SELECT c.region, t.opened_on AS day, COUNT(*) AS tickets
  FROM tickets AS t
  LEFT JOIN customers AS c ON c.customer_id = t.customer_id
  GROUP BY 1, 2
), v AS (
  SELECT c.region, v.visited_on AS day, COUNT(*) AS visits
  FROM visits AS v
  LEFT JOIN customers AS c ON c.customer_id = v.customer_id
  GROUP BY 1, 2
), all_facts AS (
  SELECT region, CAST(date_trunc('month', day) AS DATE) AS month, revenue, CAST(NULL AS BIGINT) AS tickets, CAST(NULL AS BIGINT) AS visits FROM o
  UNION ALL
  SELECT region, CAST(date_trunc('month', day) AS DATE), NULL, tickets, NULL FROM t
  UNION ALL
  SELECT region, CAST(date_trunc('month', day) AS DATE), NULL, NULL, visits FROM v
)
SELECT region, month, SUM(revenue) AS revenue, COALESCE(SUM(tickets), 0) AS tickets, COALESCE(SUM(visits), 0) AS visits
FROM all_facts
GROUP BY 1, 2
ORDER BY 1 NULLS LAST, 2 NULLS LAST
