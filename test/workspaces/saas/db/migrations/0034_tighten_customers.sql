-- TW-1230: rules that the API has enforced since last summer.
SET lock_timeout = '3s';

ALTER TABLE customers ALTER COLUMN external_reference SET NOT NULL;

ALTER TABLE customers
    ADD CONSTRAINT customers_credit_limit_not_negative CHECK (credit_limit >= 0);

ALTER TABLE customers
    ADD CONSTRAINT customers_external_reference_key UNIQUE (organization_id, external_reference);
