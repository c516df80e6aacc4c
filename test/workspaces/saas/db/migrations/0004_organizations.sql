CREATE FUNCTION app.touch_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = ''
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END;
$$;

CREATE TABLE organizations (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    slug        citext NOT NULL,
    name        text NOT NULL,
    time_zone   text NOT NULL DEFAULT 'UTC',
    currency    app.currency_code NOT NULL DEFAULT 'EUR',
    settings    jsonb NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT organizations_slug_key UNIQUE (slug),
    CONSTRAINT organizations_slug_format CHECK (slug ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
    CONSTRAINT organizations_settings_object CHECK (jsonb_typeof(settings) = 'object')
);

CREATE TRIGGER organizations_touch_updated_at
    BEFORE UPDATE ON organizations
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();

COMMENT ON TABLE organizations IS 'A tenant: one company that pays for Tidewater.';
COMMENT ON COLUMN organizations.slug IS 'First label of the host name, e.g. harbour-lifts.tidewater.example.';
