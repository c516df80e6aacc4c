-- Waiting for parts or for access to the site. Used from the next release on.
ALTER TYPE work_order_status ADD VALUE IF NOT EXISTS 'on_hold' BEFORE 'done';
