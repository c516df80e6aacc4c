-- +goose NO TRANSACTION
-- +goose Up
-- +goose StatementBegin
DO $$
DECLARE
  last bigint := 0;
  highest bigint;
BEGIN
  SELECT coalesce(max(id), 0) INTO highest FROM customers;
  WHILE last < highest LOOP
    UPDATE customers SET locale = 'en' WHERE id > last AND id <= last + 5000 AND locale IS NULL;
    last := last + 5000;
    COMMIT;
  END LOOP;
END
$$;
-- +goose StatementEnd

-- +goose Down
SELECT 1;
