-- +goose Up
SET LOCAL lock_timeout = '3s';
-- +goose StatementBegin
CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER customers_touch BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER products_touch BEFORE UPDATE ON products FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

-- +goose Down
SET LOCAL lock_timeout = '3s';
DROP TRIGGER products_touch ON products;
DROP TRIGGER customers_touch ON customers;
DROP FUNCTION touch_updated_at();
