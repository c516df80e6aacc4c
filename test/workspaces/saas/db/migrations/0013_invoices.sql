CREATE TABLE invoices (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id  uuid NOT NULL REFERENCES organizations (id) ON DELETE RESTRICT,
    customer_id      bigint NOT NULL,
    number           text NOT NULL,
    status           invoice_status NOT NULL DEFAULT 'draft',
    currency         app.currency_code NOT NULL,
    issued_on        date,
    due_on           date,
    notes            text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, id),
    CONSTRAINT invoices_number_key UNIQUE (organization_id, number),
    CONSTRAINT invoices_dates CHECK (due_on >= issued_on),
    CONSTRAINT invoices_issued CHECK (status = 'draft' OR issued_on IS NOT NULL),
    CONSTRAINT invoices_customer_fkey FOREIGN KEY (organization_id, customer_id)
        REFERENCES customers (organization_id, id) ON DELETE RESTRICT
);

CREATE INDEX invoices_customer_idx ON invoices (organization_id, customer_id, issued_on DESC);
CREATE INDEX invoices_unpaid_idx ON invoices (organization_id, due_on) WHERE status = 'issued';

CREATE TABLE invoice_lines (
    organization_id  uuid NOT NULL REFERENCES organizations (id) ON DELETE RESTRICT,
    invoice_id       bigint NOT NULL,
    position         smallint NOT NULL CHECK (position > 0),
    work_order_id    bigint,
    description      text NOT NULL,
    quantity         numeric(12, 3) NOT NULL CHECK (quantity > 0),
    unit_price       app.money_amount NOT NULL,
    tax_rate         numeric(5, 4) NOT NULL DEFAULT 0 CHECK (tax_rate BETWEEN 0 AND 1),
    net_amount       numeric(14, 2) GENERATED ALWAYS AS (round(quantity * unit_price, 2)) STORED,
    PRIMARY KEY (organization_id, invoice_id, position),
    -- checked at commit: the editor saves lines first and the invoice last
    CONSTRAINT invoice_lines_invoice_fkey FOREIGN KEY (organization_id, invoice_id)
        REFERENCES invoices (organization_id, id) ON DELETE CASCADE
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT invoice_lines_work_order_fkey FOREIGN KEY (organization_id, work_order_id)
        REFERENCES work_orders (organization_id, id) ON DELETE SET NULL (work_order_id)
);

CREATE INDEX invoice_lines_work_order_idx ON invoice_lines (organization_id, work_order_id);

CREATE TABLE payments (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id  uuid NOT NULL REFERENCES organizations (id) ON DELETE RESTRICT,
    invoice_id       bigint NOT NULL,
    amount           app.money_amount NOT NULL,
    method           text NOT NULL CHECK (method IN ('card', 'sepa', 'transfer', 'cash')),
    provider_ref     text,
    received_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT payments_invoice_fkey FOREIGN KEY (organization_id, invoice_id)
        REFERENCES invoices (organization_id, id) ON DELETE RESTRICT
);

CREATE INDEX payments_invoice_idx ON payments (organization_id, invoice_id);
CREATE UNIQUE INDEX payments_provider_ref_key ON payments (organization_id, method, provider_ref)
    WHERE provider_ref IS NOT NULL;

CREATE TRIGGER invoices_touch_updated_at BEFORE UPDATE ON invoices
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();

ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON invoices TO tidewater_app
    USING (organization_id = (SELECT app.current_organization_id()))
    WITH CHECK (organization_id = (SELECT app.current_organization_id()));

ALTER TABLE invoice_lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice_lines FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON invoice_lines TO tidewater_app
    USING (organization_id = (SELECT app.current_organization_id()))
    WITH CHECK (organization_id = (SELECT app.current_organization_id()));

-- Payments are never changed or removed, only added.
ALTER TABLE payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE payments FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_read ON payments FOR SELECT TO tidewater_app
    USING (organization_id = (SELECT app.current_organization_id()));
CREATE POLICY tenant_insert ON payments FOR INSERT TO tidewater_app
    WITH CHECK (organization_id = (SELECT app.current_organization_id()));
REVOKE UPDATE, DELETE ON payments FROM tidewater_app;
