-- TW-1255: hours worked, for payroll.
SET lock_timeout = '3s';

CREATE TABLE time_entries (
    id               serial,
    organization_id  uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    work_order_id    bigint NOT NULL,
    user_id          uuid NOT NULL,
    started_at       timestamp NOT NULL,
    ended_at         timestamp,
    note             text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT time_entries_times CHECK (ended_at > started_at),
    CONSTRAINT time_entries_work_order_fkey FOREIGN KEY (organization_id, work_order_id)
        REFERENCES work_orders (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT time_entries_user_fkey FOREIGN KEY (organization_id, user_id)
        REFERENCES memberships (organization_id, user_id) ON DELETE RESTRICT
);

CREATE INDEX time_entries_work_order_idx ON time_entries (organization_id, work_order_id);
CREATE INDEX time_entries_payroll_idx ON time_entries (organization_id, user_id, started_at);
