set lock_timeout = '3s';

alter table customers
    add column if not exists vat_number text,
    add constraint customers_vat_number_format
        check (vat_number ~ '^[A-Z]{2}[0-9A-Z]{2,12}$') not valid;
