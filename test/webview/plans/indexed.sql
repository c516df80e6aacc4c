SELECT c.name, sum(o.total) AS spent
FROM orders o
JOIN customers c ON c.id = o.customer_id
WHERE o.status = 'open'
  AND c.country = 'DE'
GROUP BY c.name
ORDER BY spent DESC
LIMIT 20
