SELECT CAST(date_trunc('month', ordered_on) AS DATE) AS month,
  SUM(amount) FILTER (WHERE status = 'new' AND channel = 'web') AS s1,
  SUM(amount) FILTER (WHERE status = 'new' AND channel = 'shop') AS s2,
  SUM(amount) FILTER (WHERE status = 'sent' AND channel = 'web') AS s3,
  SUM(amount) FILTER (WHERE status = 'sent' AND channel = 'phone') AS s4,
  SUM(amount) FILTER (WHERE status = 'kept' AND channel = 'agent') AS s5,
  SUM(amount) FILTER (WHERE status = 'kept' AND channel = 'web') AS s6,
  SUM(amount) FILTER (WHERE status = 'back' AND channel = 'fair') AS s7,
  SUM(amount) FILTER (WHERE status = 'back' AND channel = 'web') AS s8
FROM orders
WHERE ordered_on >= DATE '2023-01-01' AND ordered_on < DATE '2024-01-01'
  AND (status = 'new' AND channel = 'web' OR status = 'new' AND channel = 'shop' OR status = 'sent' AND channel = 'web' OR status = 'sent' AND channel = 'phone' OR status = 'kept' AND channel = 'agent' OR status = 'kept' AND channel = 'web' OR status = 'back' AND channel = 'fair' OR status = 'back' AND channel = 'web')
GROUP BY 1
ORDER BY 1 NULLS LAST
