-- security_invoker: the policies of the reader apply, not those of the owner.

CREATE OR REPLACE VIEW reporting.open_work_orders
    WITH (security_invoker = true) AS
SELECT wo.organization_id,
       wo.number,
       wo.title,
       wo.status,
       wo.priority,
       wo.due_at,
       p.name AS project_name,
       u.full_name AS assignee_name
FROM work_orders wo
JOIN projects p ON p.organization_id = wo.organization_id AND p.id = wo.project_id
LEFT JOIN users u ON u.id = wo.assignee_id
WHERE wo.deleted_at IS NULL
  AND wo.status NOT IN ('done', 'cancelled');

CREATE OR REPLACE VIEW reporting.invoice_balances
    WITH (security_invoker = true) AS
SELECT i.organization_id,
       i.id AS invoice_id,
       i.number,
       i.due_on,
       coalesce(l.total, 0) AS total,
       coalesce(p.paid, 0) AS paid,
       coalesce(l.total, 0) - coalesce(p.paid, 0) AS balance
FROM invoices i
LEFT JOIN LATERAL (
    SELECT sum(round(net_amount * (1 + tax_rate), 2)) AS total
    FROM invoice_lines
    WHERE organization_id = i.organization_id AND invoice_id = i.id
) l ON true
LEFT JOIN LATERAL (
    SELECT sum(amount) AS paid
    FROM payments
    WHERE organization_id = i.organization_id AND invoice_id = i.id
) p ON true
WHERE i.status IN ('issued', 'paid');

GRANT SELECT ON reporting.open_work_orders, reporting.invoice_balances TO tidewater_app;
