-- TW-1260: what the old importer and the old profile page left behind.

ALTER TABLE projects DROP COLUMN legacy_code;

ALTER TABLE customers RENAME COLUMN phone TO phone_number;

DROP TABLE import_batches;

UPDATE users SET locale = lower(locale);
