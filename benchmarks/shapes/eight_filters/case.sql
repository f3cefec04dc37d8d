SELECT CAST(date_trunc('month', ordered_on) AS DATE) AS month,
  SUM(CASE WHEN status = 'new' AND channel = 'web' THEN amount END) AS s1,
  SUM(CASE WHEN status = 'new' AND channel = 'shop' THEN amount END) AS s2,
  SUM(CASE WHEN status = 'sent' AND channel = 'web' THEN amount END) AS s3,
  SUM(CASE WHEN status = 'sent' AND channel = 'phone' THEN amount END) AS s4,
  SUM(CASE WHEN status = 'kept' AND channel = 'agent' THEN amount END) AS s5,
  SUM(CASE WHEN status = 'kept' AND channel = 'web' THEN amount END) AS s6,
  SUM(CASE WHEN status = 'back' AND channel = 'fair' THEN amount END) AS s7,
  SUM(CASE WHEN status = 'back' AND channel = 'web' THEN amount END) AS s8
FROM orders
WHERE ordered_on >= DATE '2023-01-01' AND ordered_on < DATE '2024-01-01'
GROUP BY 1
ORDER BY 1 NULLS LAST
