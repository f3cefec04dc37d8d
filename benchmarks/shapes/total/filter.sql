SELECT SUM(amount) FILTER (WHERE is_paid) AS revenue, COUNT(*) AS orders FROM orders
