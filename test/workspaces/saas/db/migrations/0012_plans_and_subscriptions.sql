CREATE TABLE plans (
    code              text PRIMARY KEY,
    name              text NOT NULL,
    monthly_price     app.money_amount NOT NULL,
    currency          app.currency_code NOT NULL DEFAULT 'EUR',
    included_users    integer NOT NULL CHECK (included_users > 0),
    is_public         boolean NOT NULL DEFAULT true,
    created_at        timestamptz NOT NULL DEFAULT now()
);

INSERT INTO plans (code, name, monthly_price, included_users) VALUES
    ('crew',    'Crew',    39.00,   5),
    ('yard',    'Yard',   149.00,  25),
    ('harbour', 'Harbour', 590.00, 150)
ON CONFLICT (code) DO NOTHING;

CREATE TABLE subscriptions (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id  uuid NOT NULL REFERENCES organizations (id) ON DELETE RESTRICT,
    plan_code        text NOT NULL REFERENCES plans (code) ON UPDATE CASCADE ON DELETE RESTRICT,
    status           subscription_status NOT NULL DEFAULT 'trialing',
    seats            integer NOT NULL CHECK (seats > 0),
    started_on       date NOT NULL DEFAULT current_date,
    ended_on         date,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, id),
    CONSTRAINT subscriptions_dates CHECK (ended_on >= started_on),
    -- one subscription at a time
    CONSTRAINT subscriptions_no_overlap EXCLUDE USING gist (
        organization_id WITH =,
        daterange(started_on, ended_on, '[)') WITH &&
    )
);

CREATE INDEX subscriptions_plan_code_idx ON subscriptions (plan_code);

CREATE TRIGGER subscriptions_touch_updated_at BEFORE UPDATE ON subscriptions
    FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();

ALTER TABLE plans ENABLE ROW LEVEL SECURITY;
CREATE POLICY plans_public ON plans FOR SELECT TO tidewater_app USING (is_public);

ALTER TABLE subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE subscriptions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON subscriptions TO tidewater_app
    USING (organization_id = (SELECT app.current_organization_id()))
    WITH CHECK (organization_id = (SELECT app.current_organization_id()));
