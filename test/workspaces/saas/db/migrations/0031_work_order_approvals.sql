-- TW-1204: a supervisor approves finished work before it is invoiced.
SET lock_timeout = '3s';

ALTER TABLE work_orders
    ADD COLUMN approved_by uuid,
    ADD COLUMN approved_at timestamptz;

ALTER TABLE work_orders
    ADD CONSTRAINT work_orders_approved_by_fkey
    FOREIGN KEY (approved_by) REFERENCES users (id) ON DELETE SET NULL;
