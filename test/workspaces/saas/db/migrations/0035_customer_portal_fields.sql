-- TW-1241: customers follow their order through a link, and see who sent the invoice.
SET lock_timeout = '3s';

ALTER TABLE work_orders
    ADD COLUMN share_token uuid NOT NULL DEFAULT gen_random_uuid();

ALTER TABLE invoices
    ADD COLUMN legal_entity text NOT NULL;
