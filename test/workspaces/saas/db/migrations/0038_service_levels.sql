-- TW-1263: response times that were agreed with a customer.
SET lock_timeout = '3s';

CREATE TABLE IF NOT EXISTS service_levels (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id   uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    customer_id       bigint NOT NULL,
    priority          work_order_priority NOT NULL,
    response_minutes  integer NOT NULL CHECK (response_minutes > 0),
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT service_levels_customer_priority_key UNIQUE (organization_id, customer_id, priority),
    CONSTRAINT service_levels_customer_fkey FOREIGN KEY (organization_id, customer_id)
        REFERENCES customers (organization_id, id) ON DELETE CASCADE
);

CREATE TRIGGER service_levels_touch_updated_at BEFORE UPDATE ON service_levels
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();

ALTER TABLE service_levels ENABLE ROW LEVEL SECURITY;
ALTER TABLE service_levels FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON service_levels TO tidewater_app
    USING (organization_id = (SELECT app.current_organization_id()))
    WITH CHECK (organization_id = (SELECT app.current_organization_id()));

COMMENT ON TABLE service_levels IS 'Minutes to the first response, by customer and priority.';

-- A constant default is kept in the catalog: no row is written.
BEGIN;
ALTER TABLE work_orders
    ADD COLUMN response_due_at timestamptz,
    ADD COLUMN response_missed boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT work_orders_response_missed_has_due
        CHECK (NOT response_missed OR response_due_at IS NOT NULL) NOT VALID;
COMMIT;

-- Reads the rows while writes go on.
ALTER TABLE work_orders VALIDATE CONSTRAINT work_orders_response_missed_has_due;
