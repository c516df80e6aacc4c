-- +goose Up
CREATE VIEW order_totals AS
  SELECT o.id, o.customer_id, sum(l.quantity * l.unit_price) AS total
  FROM orders o
  JOIN order_lines l ON l.order_id = o.id
  GROUP BY o.id;

-- +goose Down
DROP VIEW order_totals;
