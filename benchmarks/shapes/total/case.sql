SELECT SUM(CASE WHEN is_paid THEN amount END) AS revenue, COUNT(*) AS orders FROM orders
