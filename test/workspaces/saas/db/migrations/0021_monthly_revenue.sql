CREATE MATERIALIZED VIEW reporting.monthly_revenue AS
SELECT i.organization_id,
       date_trunc('month', i.issued_on)::date AS month,
       i.currency,
       count(DISTINCT i.id) AS invoices,
       sum(l.net_amount) AS net_revenue
FROM invoices i
JOIN invoice_lines l ON l.organization_id = i.organization_id AND l.invoice_id = i.id
WHERE i.status IN ('issued', 'paid')
GROUP BY i.organization_id, date_trunc('month', i.issued_on), i.currency
WITH NO DATA;

-- REFRESH ... CONCURRENTLY needs it
CREATE UNIQUE INDEX monthly_revenue_key ON reporting.monthly_revenue (organization_id, month, currency);

REFRESH MATERIALIZED VIEW reporting.monthly_revenue;

GRANT SELECT ON reporting.monthly_revenue TO tidewater_readonly;

CREATE PROCEDURE reporting.refresh_all()
    LANGUAGE plpgsql
AS $$
BEGIN
    REFRESH MATERIALIZED VIEW CONCURRENTLY reporting.monthly_revenue;
END;
$$;

COMMENT ON PROCEDURE reporting.refresh_all() IS 'Called every hour by the scheduler.';
