WITH recent AS MATERIALIZED (
  SELECT * FROM orders WHERE placed_at > timestamptz '2026-06-01'
)
SELECT r.id, (SELECT count(*) FROM order_items i WHERE i.order_id = r.id) AS lines
FROM recent r
WHERE r.total > (SELECT avg(total) FROM recent)
  AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.id = r.customer_id AND c.country = 'XX')
ORDER BY r.total DESC, r.id
