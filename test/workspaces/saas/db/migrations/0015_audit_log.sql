BEGIN;

CREATE TABLE audit.log_entries (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    occurred_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    organization_id  uuid,
    actor_id         uuid,
    table_name       text NOT NULL,
    action           text NOT NULL CHECK (action IN ('INSERT', 'UPDATE', 'DELETE')),
    row_before       jsonb,
    row_after        jsonb
);

COMMENT ON TABLE audit.log_entries IS 'No foreign keys on purpose: an entry outlives what it describes.';

CREATE INDEX log_entries_organization_idx ON audit.log_entries (organization_id, occurred_at DESC);
CREATE INDEX log_entries_occurred_at_brin ON audit.log_entries USING brin (occurred_at);

ALTER TABLE audit.log_entries ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_read ON audit.log_entries FOR SELECT TO tidewater_support
    USING (organization_id = (SELECT app.current_organization_id()));
GRANT SELECT ON audit.log_entries TO tidewater_support;
GRANT USAGE ON SCHEMA app TO tidewater_support;

CREATE OR REPLACE FUNCTION audit.record_change() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = ''
AS $function$
DECLARE
    before_image jsonb;
    after_image  jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        before_image := to_jsonb(OLD);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        after_image := to_jsonb(NEW);
    END IF;

    INSERT INTO audit.log_entries (organization_id, actor_id, table_name, action, row_before, row_after)
    VALUES (
        (coalesce(after_image, before_image) ->> 'organization_id')::uuid,
        app.current_user_id(),
        format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME),
        TG_OP,
        before_image,
        after_image
    );

    RETURN NULL;
END;
$function$;

CREATE TRIGGER invoices_audit AFTER INSERT OR UPDATE OR DELETE ON invoices
    FOR EACH ROW EXECUTE FUNCTION audit.record_change();
CREATE TRIGGER payments_audit AFTER INSERT OR UPDATE OR DELETE ON payments
    FOR EACH ROW EXECUTE FUNCTION audit.record_change();
CREATE TRIGGER memberships_audit AFTER INSERT OR UPDATE OR DELETE ON memberships
    FOR EACH ROW EXECUTE FUNCTION audit.record_change();
CREATE TRIGGER subscriptions_audit AFTER INSERT OR UPDATE OR DELETE ON subscriptions
    FOR EACH ROW EXECUTE FUNCTION audit.record_change();

COMMIT;
