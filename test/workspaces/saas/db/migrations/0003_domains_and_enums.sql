CREATE DOMAIN app.email_address AS citext
    CONSTRAINT email_address_format CHECK (VALUE ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$');

CREATE DOMAIN app.currency_code AS text
    CONSTRAINT currency_code_iso_4217 CHECK (VALUE ~ '^[A-Z]{3}$');

CREATE DOMAIN app.money_amount AS numeric(14, 2)
    CONSTRAINT money_amount_not_negative CHECK (VALUE >= 0);

-- CREATE TYPE has no IF NOT EXISTS.
DO $$ BEGIN
    CREATE TYPE work_order_status AS ENUM ('open', 'scheduled', 'in_progress', 'done', 'cancelled');
EXCEPTION WHEN duplicate_object THEN null;
END $$;

DO $$ BEGIN
    CREATE TYPE work_order_priority AS ENUM ('low', 'normal', 'high', 'emergency');
EXCEPTION WHEN duplicate_object THEN null;
END $$;

DO $$ BEGIN
    CREATE TYPE invoice_status AS ENUM ('draft', 'issued', 'paid', 'void');
EXCEPTION WHEN duplicate_object THEN null;
END $$;

CREATE TYPE subscription_status AS ENUM ('trialing', 'active', 'past_due', 'cancelled');
CREATE TYPE project_status AS ENUM ('planned', 'active', 'completed');

COMMENT ON TYPE work_order_status IS 'Life of a work order; done and cancelled are final.';
