-- Numbers are shared by all organizations: gaps are fine, reuse is not.
CREATE SEQUENCE app.work_order_number START WITH 10000;

CREATE TABLE work_orders (
    id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id   uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    project_id        bigint NOT NULL,
    number            bigint NOT NULL DEFAULT nextval('app.work_order_number'),
    title             text NOT NULL,
    description       text,
    status            work_order_status NOT NULL DEFAULT 'open',
    priority          work_order_priority NOT NULL DEFAULT 'normal',
    assignee_id       uuid,
    reporter_id       uuid NOT NULL REFERENCES users (id) ON DELETE RESTRICT,
    estimate_minutes  integer,
    due_at            timestamptz,
    finished_at       timestamptz,
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    deleted_at        timestamptz,
    UNIQUE (organization_id, id),
    CONSTRAINT work_orders_number_key UNIQUE (organization_id, number),
    CONSTRAINT work_orders_title_not_blank CHECK (btrim(title) <> ''),
    CONSTRAINT work_orders_estimate_positive CHECK (estimate_minutes > 0),
    CONSTRAINT work_orders_finished CHECK (status <> 'done' OR finished_at IS NOT NULL),
    CONSTRAINT work_orders_project_fkey FOREIGN KEY (organization_id, project_id)
        REFERENCES projects (organization_id, id) ON DELETE CASCADE,
    -- only a member can be given work; who leaves gives it back
    CONSTRAINT work_orders_assignee_fkey FOREIGN KEY (organization_id, assignee_id)
        REFERENCES memberships (organization_id, user_id) ON DELETE SET NULL (assignee_id)
);

CREATE INDEX work_orders_project_idx ON work_orders (organization_id, project_id, status);
CREATE INDEX work_orders_assignee_idx ON work_orders (organization_id, assignee_id);
CREATE INDEX work_orders_reporter_id_idx ON work_orders (reporter_id);

-- the dispatch board reads these columns and no others
CREATE INDEX work_orders_board_idx ON work_orders (organization_id, status, priority DESC, due_at)
    INCLUDE (number, title)
    WHERE deleted_at IS NULL;

CREATE TRIGGER work_orders_touch_updated_at BEFORE UPDATE ON work_orders
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)
    EXECUTE FUNCTION app.touch_updated_at();

ALTER TABLE work_orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE work_orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON work_orders TO tidewater_app
    USING (organization_id = (SELECT app.current_organization_id()))
    WITH CHECK (organization_id = (SELECT app.current_organization_id()));

COMMENT ON COLUMN work_orders.number IS 'What people say on the phone; never shown without the organization.';
COMMENT ON COLUMN work_orders.deleted_at IS 'Set instead of DELETE; rows are removed after 90 days.';
