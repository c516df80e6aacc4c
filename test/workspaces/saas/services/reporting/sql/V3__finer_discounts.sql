SET lock_timeout = '5s';

-- Discounts per unit need four decimals.
ALTER TABLE fact_invoice ALTER COLUMN discount_amount TYPE numeric(12, 4);

-- Errors go to the log service now.
DROP TABLE load_errors;
