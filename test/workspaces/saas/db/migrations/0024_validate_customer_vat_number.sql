set lock_timeout = '3s';

-- Old rows came from the spreadsheet import, with spaces and lower case.
update customers
   set vat_number = upper(regexp_replace(vat_number, '\s', '', 'g'))
 where vat_number ~ '[\sa-z]';

alter table customers validate constraint customers_vat_number_format;
