SET lock_timeout = '3s';

-- Which subscription an invoice bills, if any. Index in 0029, validation in 0030.
ALTER TABLE invoices
    ADD COLUMN subscription_id bigint,
    ADD CONSTRAINT invoices_subscription_fkey FOREIGN KEY (organization_id, subscription_id)
        REFERENCES subscriptions (organization_id, id) ON DELETE RESTRICT NOT VALID;

CREATE OR REPLACE FUNCTION app.invoice_total(invoice_organization uuid, invoice bigint) RETURNS numeric
    LANGUAGE sql STABLE
    SET search_path = ''
BEGIN ATOMIC
    SELECT coalesce(sum(round(net_amount * (1 + tax_rate), 2)), 0)
    FROM public.invoice_lines
    WHERE organization_id = invoice_organization AND invoice_id = invoice;
END;
