--
-- PostgreSQL database dump
--

\restrict sample

-- Dumped from database version 15.18
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: app; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA app;


--
-- Name: SCHEMA app; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON SCHEMA app IS 'Functions, domains and sequences of the application; no tenant data.';


--
-- Name: audit; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA audit;


--
-- Name: SCHEMA audit; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON SCHEMA audit IS 'Append-only history, written by triggers.';


--
-- Name: partitions; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA partitions;


--
-- Name: reporting; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA reporting;


--
-- Name: SCHEMA reporting; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON SCHEMA reporting IS 'Views for dashboards and finance.';


--
-- Name: btree_gist; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;


--
-- Name: EXTENSION btree_gist; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';


--
-- Name: citext; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;


--
-- Name: EXTENSION citext; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION citext IS 'data type for case-insensitive character strings';


--
-- Name: pg_trgm; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;


--
-- Name: EXTENSION pg_trgm; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';


--
-- Name: pgcrypto; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;


--
-- Name: EXTENSION pgcrypto; Type: COMMENT; Schema: -; Owner: -
--

COMMENT ON EXTENSION pgcrypto IS 'cryptographic functions';


--
-- Name: currency_code; Type: DOMAIN; Schema: app; Owner: -
--

CREATE DOMAIN app.currency_code AS text
	CONSTRAINT currency_code_iso_4217 CHECK ((VALUE ~ '^[A-Z]{3}$'::text));


--
-- Name: email_address; Type: DOMAIN; Schema: app; Owner: -
--

CREATE DOMAIN app.email_address AS public.citext
	CONSTRAINT email_address_format CHECK ((VALUE OPERATOR(public.~) '^[^@\s]+@[^@\s]+\.[^@\s]+$'::public.citext));


--
-- Name: money_amount; Type: DOMAIN; Schema: app; Owner: -
--

CREATE DOMAIN app.money_amount AS numeric(14,2)
	CONSTRAINT money_amount_not_negative CHECK ((VALUE >= (0)::numeric));


--
-- Name: invoice_status; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.invoice_status AS ENUM (
    'draft',
    'issued',
    'paid',
    'void'
);


--
-- Name: project_status; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.project_status AS ENUM (
    'planned',
    'active',
    'completed'
);


--
-- Name: subscription_status; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.subscription_status AS ENUM (
    'trialing',
    'active',
    'past_due',
    'cancelled'
);


--
-- Name: work_order_priority; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.work_order_priority AS ENUM (
    'low',
    'normal',
    'high',
    'emergency'
);


--
-- Name: work_order_status; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.work_order_status AS ENUM (
    'open',
    'scheduled',
    'in_progress',
    'on_hold',
    'done',
    'cancelled'
);


--
-- Name: TYPE work_order_status; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TYPE public.work_order_status IS 'Life of a work order; done and cancelled are final.';


--
-- Name: create_usage_partition(date); Type: PROCEDURE; Schema: app; Owner: -
--

CREATE PROCEDURE app.create_usage_partition(IN month date)
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
DECLARE
    first_day  date := date_trunc('month', month)::date;
    next_month date := (date_trunc('month', month) + interval '1 month')::date;
BEGIN
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS partitions.%I PARTITION OF public.usage_events FOR VALUES FROM (%L) TO (%L)',
        'usage_events_' || to_char(first_day, 'YYYY_MM'),
        first_day::text || ' 00:00:00+00',
        next_month::text || ' 00:00:00+00'
    );
END;
$$;


--
-- Name: current_organization_id(); Type: FUNCTION; Schema: app; Owner: -
--

CREATE FUNCTION app.current_organization_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path TO ''
    AS $$ SELECT nullif(current_setting('app.organization_id', true), '')::uuid $$;


--
-- Name: current_user_id(); Type: FUNCTION; Schema: app; Owner: -
--

CREATE FUNCTION app.current_user_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path TO ''
    AS $$ SELECT nullif(current_setting('app.user_id', true), '')::uuid $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: invoice_lines; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.invoice_lines (
    organization_id uuid NOT NULL,
    invoice_id bigint NOT NULL,
    "position" smallint NOT NULL,
    work_order_id bigint,
    description text NOT NULL,
    quantity numeric(12,3) NOT NULL,
    unit_price app.money_amount NOT NULL,
    tax_rate numeric(5,4) DEFAULT 0 NOT NULL,
    net_amount numeric(14,2) GENERATED ALWAYS AS (round((quantity * (unit_price)::numeric), 2)) STORED,
    CONSTRAINT invoice_lines_position_check CHECK (("position" > 0)),
    CONSTRAINT invoice_lines_quantity_check CHECK ((quantity > (0)::numeric)),
    CONSTRAINT invoice_lines_tax_rate_check CHECK (((tax_rate >= (0)::numeric) AND (tax_rate <= (1)::numeric)))
);

ALTER TABLE ONLY public.invoice_lines FORCE ROW LEVEL SECURITY;


--
-- Name: invoice_total(uuid, bigint); Type: FUNCTION; Schema: app; Owner: -
--

CREATE FUNCTION app.invoice_total(invoice_organization uuid, invoice bigint) RETURNS numeric
    LANGUAGE sql STABLE
    SET search_path TO ''
    BEGIN ATOMIC
 SELECT COALESCE(sum(round((invoice_lines.net_amount * ((1)::numeric + invoice_lines.tax_rate)), 2)), (0)::numeric) AS "coalesce"
    FROM public.invoice_lines
   WHERE ((invoice_lines.organization_id = invoice_total.invoice_organization) AND (invoice_lines.invoice_id = invoice_total.invoice));
END;


--
-- Name: touch_updated_at(); Type: FUNCTION; Schema: app; Owner: -
--

CREATE FUNCTION app.touch_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END;
$$;


--
-- Name: record_change(); Type: FUNCTION; Schema: audit; Owner: -
--

CREATE FUNCTION audit.record_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
DECLARE
    before_image jsonb;
    after_image  jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        before_image := to_jsonb(OLD);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        after_image := to_jsonb(NEW);
    END IF;

    INSERT INTO audit.log_entries (organization_id, actor_id, table_name, action, row_before, row_after)
    VALUES (
        (coalesce(after_image, before_image) ->> 'organization_id')::uuid,
        app.current_user_id(),
        format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME),
        TG_OP,
        before_image,
        after_image
    );

    RETURN NULL;
END;
$$;


--
-- Name: refresh_all(); Type: PROCEDURE; Schema: reporting; Owner: -
--

CREATE PROCEDURE reporting.refresh_all()
    LANGUAGE plpgsql
    AS $$
BEGIN
    REFRESH MATERIALIZED VIEW CONCURRENTLY reporting.monthly_revenue;
END;
$$;


--
-- Name: PROCEDURE refresh_all(); Type: COMMENT; Schema: reporting; Owner: -
--

COMMENT ON PROCEDURE reporting.refresh_all() IS 'Called every hour by the scheduler.';


--
-- Name: work_order_number; Type: SEQUENCE; Schema: app; Owner: -
--

CREATE SEQUENCE app.work_order_number
    START WITH 10000
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: log_entries; Type: TABLE; Schema: audit; Owner: -
--

CREATE TABLE audit.log_entries (
    id bigint NOT NULL,
    occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    organization_id uuid,
    actor_id uuid,
    table_name text NOT NULL,
    action text NOT NULL,
    row_before jsonb,
    row_after jsonb,
    CONSTRAINT log_entries_action_check CHECK ((action = ANY (ARRAY['INSERT'::text, 'UPDATE'::text, 'DELETE'::text])))
);


--
-- Name: TABLE log_entries; Type: COMMENT; Schema: audit; Owner: -
--

COMMENT ON TABLE audit.log_entries IS 'No foreign keys on purpose: an entry outlives what it describes.';


--
-- Name: log_entries_id_seq; Type: SEQUENCE; Schema: audit; Owner: -
--

ALTER TABLE audit.log_entries ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME audit.log_entries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: usage_events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.usage_events (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    metric text NOT NULL,
    quantity bigint DEFAULT 1 NOT NULL,
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT usage_events_metric_check CHECK ((metric = ANY (ARRAY['api_call'::text, 'sms'::text, 'map_tile'::text, 'storage_gb'::text]))),
    CONSTRAINT usage_events_quantity_check CHECK ((quantity > 0))
)
PARTITION BY RANGE (occurred_at);

ALTER TABLE ONLY public.usage_events FORCE ROW LEVEL SECURITY;


--
-- Name: TABLE usage_events; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.usage_events IS 'Billable usage, one row an event, partitioned by month (UTC).';


--
-- Name: usage_events_2024_01; Type: TABLE; Schema: partitions; Owner: -
--

CREATE TABLE partitions.usage_events_2024_01 (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    metric text NOT NULL,
    quantity bigint DEFAULT 1 NOT NULL,
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT usage_events_metric_check CHECK ((metric = ANY (ARRAY['api_call'::text, 'sms'::text, 'map_tile'::text, 'storage_gb'::text]))),
    CONSTRAINT usage_events_quantity_check CHECK ((quantity > 0))
);


--
-- Name: usage_events_2024_02; Type: TABLE; Schema: partitions; Owner: -
--

CREATE TABLE partitions.usage_events_2024_02 (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    metric text NOT NULL,
    quantity bigint DEFAULT 1 NOT NULL,
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT usage_events_metric_check CHECK ((metric = ANY (ARRAY['api_call'::text, 'sms'::text, 'map_tile'::text, 'storage_gb'::text]))),
    CONSTRAINT usage_events_quantity_check CHECK ((quantity > 0))
);


--
-- Name: usage_events_2024_03; Type: TABLE; Schema: partitions; Owner: -
--

CREATE TABLE partitions.usage_events_2024_03 (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    metric text NOT NULL,
    quantity bigint DEFAULT 1 NOT NULL,
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT usage_events_metric_check CHECK ((metric = ANY (ARRAY['api_call'::text, 'sms'::text, 'map_tile'::text, 'storage_gb'::text]))),
    CONSTRAINT usage_events_quantity_check CHECK ((quantity > 0))
);


--
-- Name: usage_events_2024_04; Type: TABLE; Schema: partitions; Owner: -
--

CREATE TABLE partitions.usage_events_2024_04 (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    metric text NOT NULL,
    quantity bigint DEFAULT 1 NOT NULL,
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT usage_events_metric_check CHECK ((metric = ANY (ARRAY['api_call'::text, 'sms'::text, 'map_tile'::text, 'storage_gb'::text]))),
    CONSTRAINT usage_events_quantity_check CHECK ((quantity > 0))
);


--
-- Name: usage_events_2024_05; Type: TABLE; Schema: partitions; Owner: -
--

CREATE TABLE partitions.usage_events_2024_05 (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    metric text NOT NULL,
    quantity bigint DEFAULT 1 NOT NULL,
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT usage_events_metric_check CHECK ((metric = ANY (ARRAY['api_call'::text, 'sms'::text, 'map_tile'::text, 'storage_gb'::text]))),
    CONSTRAINT usage_events_quantity_check CHECK ((quantity > 0))
);


--
-- Name: usage_events_2024_06; Type: TABLE; Schema: partitions; Owner: -
--

CREATE TABLE partitions.usage_events_2024_06 (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    metric text NOT NULL,
    quantity bigint DEFAULT 1 NOT NULL,
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT usage_events_metric_check CHECK ((metric = ANY (ARRAY['api_call'::text, 'sms'::text, 'map_tile'::text, 'storage_gb'::text]))),
    CONSTRAINT usage_events_quantity_check CHECK ((quantity > 0))
);


--
-- Name: usage_events_default; Type: TABLE; Schema: partitions; Owner: -
--

CREATE TABLE partitions.usage_events_default (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organization_id uuid NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    metric text NOT NULL,
    quantity bigint DEFAULT 1 NOT NULL,
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT usage_events_metric_check CHECK ((metric = ANY (ARRAY['api_call'::text, 'sms'::text, 'map_tile'::text, 'storage_gb'::text]))),
    CONSTRAINT usage_events_quantity_check CHECK ((quantity > 0))
);


--
-- Name: attachments; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.attachments (
    id bigint NOT NULL,
    organization_id uuid NOT NULL,
    work_order_id bigint NOT NULL,
    uploaded_by uuid,
    file_name text NOT NULL,
    content_type text DEFAULT 'application/octet-stream'::text NOT NULL,
    byte_size bigint NOT NULL,
    sha256 bytea NOT NULL,
    storage_key text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT attachments_byte_size_check CHECK ((byte_size > 0)),
    CONSTRAINT attachments_sha256_check CHECK ((octet_length(sha256) = 32))
);

ALTER TABLE ONLY public.attachments FORCE ROW LEVEL SECURITY;


--
-- Name: attachments_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.attachments ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.attachments_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: comments; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.comments (
    id bigint NOT NULL,
    organization_id uuid NOT NULL,
    work_order_id bigint NOT NULL,
    author_id uuid NOT NULL,
    body text NOT NULL,
    is_internal boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    edited_at timestamp with time zone,
    CONSTRAINT comments_body_check CHECK ((length(body) <= 20000))
);

ALTER TABLE ONLY public.comments FORCE ROW LEVEL SECURITY;


--
-- Name: comments_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.comments ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.comments_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: customers; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.customers (
    id bigint NOT NULL,
    organization_id uuid NOT NULL,
    name text NOT NULL,
    billing_email app.email_address,
    phone_number text,
    external_reference text NOT NULL,
    credit_limit numeric(14,2) DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    vat_number text,
    CONSTRAINT customers_credit_limit_not_negative CHECK ((credit_limit >= (0)::numeric)),
    CONSTRAINT customers_vat_number_format CHECK ((vat_number ~ '^[A-Z]{2}[0-9A-Z]{2,12}$'::text))
);

ALTER TABLE ONLY public.customers FORCE ROW LEVEL SECURITY;


--
-- Name: customers_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.customers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.customers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: invoices; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.invoices (
    id bigint NOT NULL,
    organization_id uuid NOT NULL,
    customer_id bigint NOT NULL,
    number text NOT NULL,
    status public.invoice_status DEFAULT 'draft'::public.invoice_status NOT NULL,
    currency app.currency_code NOT NULL,
    issued_on date,
    due_on date,
    notes text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    subscription_id bigint,
    legal_entity text NOT NULL,
    CONSTRAINT invoices_dates CHECK ((due_on >= issued_on)),
    CONSTRAINT invoices_issued CHECK (((status = 'draft'::public.invoice_status) OR (issued_on IS NOT NULL)))
);

ALTER TABLE ONLY public.invoices FORCE ROW LEVEL SECURITY;


--
-- Name: invoices_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.invoices ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.invoices_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: memberships; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.memberships (
    organization_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role_id bigint NOT NULL,
    invited_by uuid,
    joined_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.memberships FORCE ROW LEVEL SECURITY;


--
-- Name: organizations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.organizations (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    slug public.citext NOT NULL,
    name text NOT NULL,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    currency app.currency_code DEFAULT 'EUR'::text NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT organizations_settings_object CHECK ((jsonb_typeof(settings) = 'object'::text)),
    CONSTRAINT organizations_slug_format CHECK ((slug OPERATOR(public.~) '^[a-z0-9][a-z0-9-]{1,62}$'::public.citext))
);

ALTER TABLE ONLY public.organizations FORCE ROW LEVEL SECURITY;


--
-- Name: TABLE organizations; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.organizations IS 'A tenant: one company that pays for Tidewater.';


--
-- Name: COLUMN organizations.slug; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.organizations.slug IS 'First label of the host name, e.g. harbour-lifts.tidewater.example.';


--
-- Name: payments; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.payments (
    id bigint NOT NULL,
    organization_id uuid NOT NULL,
    invoice_id bigint NOT NULL,
    amount app.money_amount NOT NULL,
    method text NOT NULL,
    provider_ref text,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT payments_method_check CHECK ((method = ANY (ARRAY['card'::text, 'sepa'::text, 'transfer'::text, 'cash'::text])))
);

ALTER TABLE ONLY public.payments FORCE ROW LEVEL SECURITY;


--
-- Name: payments_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.payments ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.payments_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: plans; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.plans (
    code text NOT NULL,
    name text NOT NULL,
    monthly_price app.money_amount NOT NULL,
    currency app.currency_code DEFAULT 'EUR'::text NOT NULL,
    included_users integer NOT NULL,
    is_public boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT plans_included_users_check CHECK ((included_users > 0))
);


--
-- Name: projects; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.projects (
    id bigint NOT NULL,
    organization_id uuid NOT NULL,
    customer_id bigint NOT NULL,
    key public.citext NOT NULL,
    name text NOT NULL,
    status public.project_status DEFAULT 'planned'::public.project_status NOT NULL,
    starts_on date,
    ends_on date,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT projects_dates CHECK ((ends_on >= starts_on))
);

ALTER TABLE ONLY public.projects FORCE ROW LEVEL SECURITY;


--
-- Name: COLUMN projects.deleted_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.projects.deleted_at IS 'Archived by its owner; the key stays taken.';


--
-- Name: projects_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.projects ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.projects_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: roles; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.roles (
    id bigint NOT NULL,
    organization_id uuid NOT NULL,
    name text NOT NULL,
    permissions text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.roles FORCE ROW LEVEL SECURITY;


--
-- Name: roles_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.roles ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.roles_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: service_levels; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.service_levels (
    id bigint NOT NULL,
    organization_id uuid NOT NULL,
    customer_id bigint NOT NULL,
    priority public.work_order_priority NOT NULL,
    response_minutes integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT service_levels_response_minutes_check CHECK ((response_minutes > 0))
);

ALTER TABLE ONLY public.service_levels FORCE ROW LEVEL SECURITY;


--
-- Name: TABLE service_levels; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.service_levels IS 'Minutes to the first response, by customer and priority.';


--
-- Name: service_levels_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.service_levels ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.service_levels_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: subscriptions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.subscriptions (
    id bigint NOT NULL,
    organization_id uuid NOT NULL,
    plan_code text NOT NULL,
    status public.subscription_status DEFAULT 'trialing'::public.subscription_status NOT NULL,
    seats integer NOT NULL,
    started_on date DEFAULT CURRENT_DATE NOT NULL,
    ended_on date,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT subscriptions_dates CHECK ((ended_on >= started_on)),
    CONSTRAINT subscriptions_seats_check CHECK ((seats > 0))
);

ALTER TABLE ONLY public.subscriptions FORCE ROW LEVEL SECURITY;


--
-- Name: subscriptions_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.subscriptions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.subscriptions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: support_tickets; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.support_tickets (
    id bigint NOT NULL,
    organization_id uuid NOT NULL,
    opened_by uuid,
    subject text NOT NULL,
    body text NOT NULL,
    state text DEFAULT 'new'::text NOT NULL,
    context jsonb DEFAULT '{}'::jsonb NOT NULL,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    solved_at timestamp with time zone,
    search_text tsvector GENERATED ALWAYS AS ((setweight(to_tsvector('english'::regconfig, subject), 'A'::"char") || setweight(to_tsvector('english'::regconfig, body), 'B'::"char"))) STORED,
    CONSTRAINT support_tickets_state_check CHECK ((state = ANY (ARRAY['new'::text, 'waiting'::text, 'solved'::text])))
);

ALTER TABLE ONLY public.support_tickets FORCE ROW LEVEL SECURITY;


--
-- Name: support_tickets_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.support_tickets ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.support_tickets_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: tags; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.tags (
    id bigint NOT NULL,
    organization_id uuid NOT NULL,
    name public.citext NOT NULL,
    color text DEFAULT '#4b6b8a'::text NOT NULL,
    CONSTRAINT tags_color_hex CHECK ((color ~ '^#[0-9a-f]{6}$'::text))
);

ALTER TABLE ONLY public.tags FORCE ROW LEVEL SECURITY;


--
-- Name: tags_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.tags ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.tags_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: technician_bookings; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.technician_bookings (
    id bigint NOT NULL,
    organization_id uuid NOT NULL,
    work_order_id bigint NOT NULL,
    technician_id uuid NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    during tstzrange GENERATED ALWAYS AS (tstzrange(starts_at, ends_at, '[)'::text)) STORED NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT technician_bookings_times CHECK ((ends_at > starts_at))
);

ALTER TABLE ONLY public.technician_bookings FORCE ROW LEVEL SECURITY;


--
-- Name: technician_bookings_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.technician_bookings ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.technician_bookings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: ticket_messages; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.ticket_messages (
    id bigint NOT NULL,
    organization_id uuid NOT NULL,
    ticket_id bigint NOT NULL,
    author_id uuid,
    reply_to_id bigint,
    body text NOT NULL,
    sent_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.ticket_messages FORCE ROW LEVEL SECURITY;


--
-- Name: ticket_messages_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.ticket_messages ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.ticket_messages_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: time_entries; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.time_entries (
    id integer NOT NULL,
    organization_id uuid NOT NULL,
    work_order_id bigint NOT NULL,
    user_id uuid NOT NULL,
    started_at timestamp without time zone NOT NULL,
    ended_at timestamp without time zone,
    note text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT time_entries_times CHECK ((ended_at > started_at))
);


--
-- Name: time_entries_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.time_entries_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: time_entries_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.time_entries_id_seq OWNED BY public.time_entries.id;


--
-- Name: users; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.users (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    email app.email_address NOT NULL,
    full_name text NOT NULL,
    locale text DEFAULT 'en'::text NOT NULL,
    password_hash text,
    last_seen_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.users FORCE ROW LEVEL SECURITY;


--
-- Name: COLUMN users.password_hash; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.users.password_hash IS 'NULL for people who sign in through their company.';


--
-- Name: work_order_tags; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.work_order_tags (
    organization_id uuid NOT NULL,
    work_order_id bigint NOT NULL,
    tag_id bigint NOT NULL
);

ALTER TABLE ONLY public.work_order_tags FORCE ROW LEVEL SECURITY;


--
-- Name: work_orders; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.work_orders (
    id bigint NOT NULL,
    organization_id uuid NOT NULL,
    project_id bigint NOT NULL,
    number bigint DEFAULT nextval('app.work_order_number'::regclass) NOT NULL,
    title text NOT NULL,
    description text,
    status public.work_order_status DEFAULT 'open'::public.work_order_status NOT NULL,
    priority public.work_order_priority DEFAULT 'normal'::public.work_order_priority NOT NULL,
    assignee_id uuid,
    reporter_id uuid NOT NULL,
    estimate_minutes integer,
    due_at timestamp with time zone,
    finished_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    approved_by uuid,
    approved_at timestamp with time zone,
    share_token uuid DEFAULT gen_random_uuid() NOT NULL,
    response_due_at timestamp with time zone,
    response_missed boolean DEFAULT false NOT NULL,
    CONSTRAINT work_orders_estimate_positive CHECK ((estimate_minutes > 0)),
    CONSTRAINT work_orders_finished CHECK (((status <> 'done'::public.work_order_status) OR (finished_at IS NOT NULL))),
    CONSTRAINT work_orders_response_missed_has_due CHECK (((NOT response_missed) OR (response_due_at IS NOT NULL))),
    CONSTRAINT work_orders_title_not_blank CHECK ((btrim(title) <> ''::text))
);

ALTER TABLE ONLY public.work_orders FORCE ROW LEVEL SECURITY;


--
-- Name: COLUMN work_orders.number; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.work_orders.number IS 'What people say on the phone; never shown without the organization.';


--
-- Name: COLUMN work_orders.deleted_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.work_orders.deleted_at IS 'Set instead of DELETE; rows are removed after 90 days.';


--
-- Name: work_orders_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.work_orders ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.work_orders_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: invoice_balances; Type: VIEW; Schema: reporting; Owner: -
--

CREATE VIEW reporting.invoice_balances WITH (security_invoker='true') AS
 SELECT i.organization_id,
    i.id AS invoice_id,
    i.number,
    i.due_on,
    COALESCE(l.total, (0)::numeric) AS total,
    COALESCE(p.paid, (0)::numeric) AS paid,
    (COALESCE(l.total, (0)::numeric) - COALESCE(p.paid, (0)::numeric)) AS balance
   FROM ((public.invoices i
     LEFT JOIN LATERAL ( SELECT sum(round((invoice_lines.net_amount * ((1)::numeric + invoice_lines.tax_rate)), 2)) AS total
           FROM public.invoice_lines
          WHERE ((invoice_lines.organization_id = i.organization_id) AND (invoice_lines.invoice_id = i.id))) l ON (true))
     LEFT JOIN LATERAL ( SELECT sum((payments.amount)::numeric) AS paid
           FROM public.payments
          WHERE ((payments.organization_id = i.organization_id) AND (payments.invoice_id = i.id))) p ON (true))
  WHERE (i.status = ANY (ARRAY['issued'::public.invoice_status, 'paid'::public.invoice_status]));


--
-- Name: monthly_revenue; Type: MATERIALIZED VIEW; Schema: reporting; Owner: -
--

CREATE MATERIALIZED VIEW reporting.monthly_revenue AS
 SELECT i.organization_id,
    (date_trunc('month'::text, (i.issued_on)::timestamp with time zone))::date AS month,
    i.currency,
    count(DISTINCT i.id) AS invoices,
    sum(l.net_amount) AS net_revenue
   FROM (public.invoices i
     JOIN public.invoice_lines l ON (((l.organization_id = i.organization_id) AND (l.invoice_id = i.id))))
  WHERE (i.status = ANY (ARRAY['issued'::public.invoice_status, 'paid'::public.invoice_status]))
  GROUP BY i.organization_id, (date_trunc('month'::text, (i.issued_on)::timestamp with time zone)), i.currency
  WITH NO DATA;


--
-- Name: open_work_orders; Type: VIEW; Schema: reporting; Owner: -
--

CREATE VIEW reporting.open_work_orders WITH (security_invoker='true') AS
 SELECT wo.organization_id,
    wo.number,
    wo.title,
    wo.status,
    wo.priority,
    wo.due_at,
    p.name AS project_name,
    u.full_name AS assignee_name
   FROM ((public.work_orders wo
     JOIN public.projects p ON (((p.organization_id = wo.organization_id) AND (p.id = wo.project_id))))
     LEFT JOIN public.users u ON ((u.id = wo.assignee_id)))
  WHERE ((wo.deleted_at IS NULL) AND (wo.status <> ALL (ARRAY['done'::public.work_order_status, 'cancelled'::public.work_order_status])));


--
-- Name: usage_events_2024_01; Type: TABLE ATTACH; Schema: partitions; Owner: -
--

ALTER TABLE ONLY public.usage_events ATTACH PARTITION partitions.usage_events_2024_01 FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2024-02-01 00:00:00+00');


--
-- Name: usage_events_2024_02; Type: TABLE ATTACH; Schema: partitions; Owner: -
--

ALTER TABLE ONLY public.usage_events ATTACH PARTITION partitions.usage_events_2024_02 FOR VALUES FROM ('2024-02-01 00:00:00+00') TO ('2024-03-01 00:00:00+00');


--
-- Name: usage_events_2024_03; Type: TABLE ATTACH; Schema: partitions; Owner: -
--

ALTER TABLE ONLY public.usage_events ATTACH PARTITION partitions.usage_events_2024_03 FOR VALUES FROM ('2024-03-01 00:00:00+00') TO ('2024-04-01 00:00:00+00');


--
-- Name: usage_events_2024_04; Type: TABLE ATTACH; Schema: partitions; Owner: -
--

ALTER TABLE ONLY public.usage_events ATTACH PARTITION partitions.usage_events_2024_04 FOR VALUES FROM ('2024-04-01 00:00:00+00') TO ('2024-05-01 00:00:00+00');


--
-- Name: usage_events_2024_05; Type: TABLE ATTACH; Schema: partitions; Owner: -
--

ALTER TABLE ONLY public.usage_events ATTACH PARTITION partitions.usage_events_2024_05 FOR VALUES FROM ('2024-05-01 00:00:00+00') TO ('2024-06-01 00:00:00+00');


--
-- Name: usage_events_2024_06; Type: TABLE ATTACH; Schema: partitions; Owner: -
--

ALTER TABLE ONLY public.usage_events ATTACH PARTITION partitions.usage_events_2024_06 FOR VALUES FROM ('2024-06-01 00:00:00+00') TO ('2024-07-01 00:00:00+00');


--
-- Name: usage_events_default; Type: TABLE ATTACH; Schema: partitions; Owner: -
--

ALTER TABLE ONLY public.usage_events ATTACH PARTITION partitions.usage_events_default DEFAULT;


--
-- Name: time_entries id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.time_entries ALTER COLUMN id SET DEFAULT nextval('public.time_entries_id_seq'::regclass);


--
-- Name: log_entries log_entries_pkey; Type: CONSTRAINT; Schema: audit; Owner: -
--

ALTER TABLE ONLY audit.log_entries
    ADD CONSTRAINT log_entries_pkey PRIMARY KEY (id);


--
-- Name: usage_events usage_events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.usage_events
    ADD CONSTRAINT usage_events_pkey PRIMARY KEY (occurred_at, id);


--
-- Name: usage_events_2024_01 usage_events_2024_01_pkey; Type: CONSTRAINT; Schema: partitions; Owner: -
--

ALTER TABLE ONLY partitions.usage_events_2024_01
    ADD CONSTRAINT usage_events_2024_01_pkey PRIMARY KEY (occurred_at, id);


--
-- Name: usage_events_2024_02 usage_events_2024_02_pkey; Type: CONSTRAINT; Schema: partitions; Owner: -
--

ALTER TABLE ONLY partitions.usage_events_2024_02
    ADD CONSTRAINT usage_events_2024_02_pkey PRIMARY KEY (occurred_at, id);


--
-- Name: usage_events_2024_03 usage_events_2024_03_pkey; Type: CONSTRAINT; Schema: partitions; Owner: -
--

ALTER TABLE ONLY partitions.usage_events_2024_03
    ADD CONSTRAINT usage_events_2024_03_pkey PRIMARY KEY (occurred_at, id);


--
-- Name: usage_events_2024_04 usage_events_2024_04_pkey; Type: CONSTRAINT; Schema: partitions; Owner: -
--

ALTER TABLE ONLY partitions.usage_events_2024_04
    ADD CONSTRAINT usage_events_2024_04_pkey PRIMARY KEY (occurred_at, id);


--
-- Name: usage_events_2024_05 usage_events_2024_05_pkey; Type: CONSTRAINT; Schema: partitions; Owner: -
--

ALTER TABLE ONLY partitions.usage_events_2024_05
    ADD CONSTRAINT usage_events_2024_05_pkey PRIMARY KEY (occurred_at, id);


--
-- Name: usage_events_2024_06 usage_events_2024_06_pkey; Type: CONSTRAINT; Schema: partitions; Owner: -
--

ALTER TABLE ONLY partitions.usage_events_2024_06
    ADD CONSTRAINT usage_events_2024_06_pkey PRIMARY KEY (occurred_at, id);


--
-- Name: usage_events_default usage_events_default_pkey; Type: CONSTRAINT; Schema: partitions; Owner: -
--

ALTER TABLE ONLY partitions.usage_events_default
    ADD CONSTRAINT usage_events_default_pkey PRIMARY KEY (occurred_at, id);


--
-- Name: attachments attachments_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_pkey PRIMARY KEY (id);


--
-- Name: attachments attachments_storage_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_storage_key_key UNIQUE (storage_key);


--
-- Name: comments comments_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_pkey PRIMARY KEY (id);


--
-- Name: customers customers_external_reference_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_external_reference_key UNIQUE (organization_id, external_reference);


--
-- Name: customers customers_organization_id_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_organization_id_id_key UNIQUE (organization_id, id);


--
-- Name: customers customers_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);


--
-- Name: invoice_lines invoice_lines_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_pkey PRIMARY KEY (organization_id, invoice_id, "position");


--
-- Name: invoices invoices_number_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_number_key UNIQUE (organization_id, number);


--
-- Name: invoices invoices_organization_id_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_organization_id_id_key UNIQUE (organization_id, id);


--
-- Name: invoices invoices_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_pkey PRIMARY KEY (id);


--
-- Name: memberships memberships_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_pkey PRIMARY KEY (organization_id, user_id);


--
-- Name: organizations organizations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organizations
    ADD CONSTRAINT organizations_pkey PRIMARY KEY (id);


--
-- Name: organizations organizations_slug_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organizations
    ADD CONSTRAINT organizations_slug_key UNIQUE (slug);


--
-- Name: payments payments_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_pkey PRIMARY KEY (id);


--
-- Name: plans plans_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.plans
    ADD CONSTRAINT plans_pkey PRIMARY KEY (code);


--
-- Name: projects projects_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_key_key UNIQUE (organization_id, key);


--
-- Name: projects projects_organization_id_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_organization_id_id_key UNIQUE (organization_id, id);


--
-- Name: projects projects_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_pkey PRIMARY KEY (id);


--
-- Name: roles roles_organization_id_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_organization_id_id_key UNIQUE (organization_id, id);


--
-- Name: roles roles_organization_id_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_organization_id_name_key UNIQUE (organization_id, name);


--
-- Name: roles roles_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_pkey PRIMARY KEY (id);


--
-- Name: service_levels service_levels_customer_priority_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.service_levels
    ADD CONSTRAINT service_levels_customer_priority_key UNIQUE (organization_id, customer_id, priority);


--
-- Name: service_levels service_levels_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.service_levels
    ADD CONSTRAINT service_levels_pkey PRIMARY KEY (id);


--
-- Name: subscriptions subscriptions_no_overlap; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_no_overlap EXCLUDE USING gist (organization_id WITH =, daterange(started_on, ended_on, '[)'::text) WITH &&);


--
-- Name: subscriptions subscriptions_organization_id_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_organization_id_id_key UNIQUE (organization_id, id);


--
-- Name: subscriptions subscriptions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_pkey PRIMARY KEY (id);


--
-- Name: support_tickets support_tickets_organization_id_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.support_tickets
    ADD CONSTRAINT support_tickets_organization_id_id_key UNIQUE (organization_id, id);


--
-- Name: support_tickets support_tickets_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.support_tickets
    ADD CONSTRAINT support_tickets_pkey PRIMARY KEY (id);


--
-- Name: tags tags_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_name_key UNIQUE (organization_id, name);


--
-- Name: tags tags_organization_id_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_organization_id_id_key UNIQUE (organization_id, id);


--
-- Name: tags tags_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_pkey PRIMARY KEY (id);


--
-- Name: technician_bookings technician_bookings_no_overlap; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.technician_bookings
    ADD CONSTRAINT technician_bookings_no_overlap EXCLUDE USING gist (technician_id WITH =, during WITH &&);


--
-- Name: technician_bookings technician_bookings_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.technician_bookings
    ADD CONSTRAINT technician_bookings_pkey PRIMARY KEY (id);


--
-- Name: ticket_messages ticket_messages_organization_id_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ticket_messages
    ADD CONSTRAINT ticket_messages_organization_id_id_key UNIQUE (organization_id, id);


--
-- Name: ticket_messages ticket_messages_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ticket_messages
    ADD CONSTRAINT ticket_messages_pkey PRIMARY KEY (id);


--
-- Name: users users_email_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_key UNIQUE (email);


--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- Name: work_order_tags work_order_tags_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.work_order_tags
    ADD CONSTRAINT work_order_tags_pkey PRIMARY KEY (organization_id, work_order_id, tag_id);


--
-- Name: work_orders work_orders_number_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.work_orders
    ADD CONSTRAINT work_orders_number_key UNIQUE (organization_id, number);


--
-- Name: work_orders work_orders_organization_id_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.work_orders
    ADD CONSTRAINT work_orders_organization_id_id_key UNIQUE (organization_id, id);


--
-- Name: work_orders work_orders_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.work_orders
    ADD CONSTRAINT work_orders_pkey PRIMARY KEY (id);


--
-- Name: log_entries_occurred_at_brin; Type: INDEX; Schema: audit; Owner: -
--

CREATE INDEX log_entries_occurred_at_brin ON audit.log_entries USING brin (occurred_at);


--
-- Name: log_entries_organization_idx; Type: INDEX; Schema: audit; Owner: -
--

CREATE INDEX log_entries_organization_idx ON audit.log_entries USING btree (organization_id, occurred_at DESC);


--
-- Name: usage_events_occurred_at_brin; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX usage_events_occurred_at_brin ON ONLY public.usage_events USING brin (occurred_at) WITH (pages_per_range='64');


--
-- Name: usage_events_2024_01_occurred_at_idx; Type: INDEX; Schema: partitions; Owner: -
--

CREATE INDEX usage_events_2024_01_occurred_at_idx ON partitions.usage_events_2024_01 USING brin (occurred_at) WITH (pages_per_range='64');


--
-- Name: usage_events_metric_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX usage_events_metric_idx ON ONLY public.usage_events USING btree (organization_id, metric, occurred_at);


--
-- Name: usage_events_2024_01_organization_id_metric_occurred_at_idx; Type: INDEX; Schema: partitions; Owner: -
--

CREATE INDEX usage_events_2024_01_organization_id_metric_occurred_at_idx ON partitions.usage_events_2024_01 USING btree (organization_id, metric, occurred_at);


--
-- Name: usage_events_2024_02_occurred_at_idx; Type: INDEX; Schema: partitions; Owner: -
--

CREATE INDEX usage_events_2024_02_occurred_at_idx ON partitions.usage_events_2024_02 USING brin (occurred_at) WITH (pages_per_range='64');


--
-- Name: usage_events_2024_02_organization_id_metric_occurred_at_idx; Type: INDEX; Schema: partitions; Owner: -
--

CREATE INDEX usage_events_2024_02_organization_id_metric_occurred_at_idx ON partitions.usage_events_2024_02 USING btree (organization_id, metric, occurred_at);


--
-- Name: usage_events_2024_03_occurred_at_idx; Type: INDEX; Schema: partitions; Owner: -
--

CREATE INDEX usage_events_2024_03_occurred_at_idx ON partitions.usage_events_2024_03 USING brin (occurred_at) WITH (pages_per_range='64');


--
-- Name: usage_events_2024_03_organization_id_metric_occurred_at_idx; Type: INDEX; Schema: partitions; Owner: -
--

CREATE INDEX usage_events_2024_03_organization_id_metric_occurred_at_idx ON partitions.usage_events_2024_03 USING btree (organization_id, metric, occurred_at);


--
-- Name: usage_events_2024_04_occurred_at_idx; Type: INDEX; Schema: partitions; Owner: -
--

CREATE INDEX usage_events_2024_04_occurred_at_idx ON partitions.usage_events_2024_04 USING brin (occurred_at) WITH (pages_per_range='64');


--
-- Name: usage_events_2024_04_organization_id_metric_occurred_at_idx; Type: INDEX; Schema: partitions; Owner: -
--

CREATE INDEX usage_events_2024_04_organization_id_metric_occurred_at_idx ON partitions.usage_events_2024_04 USING btree (organization_id, metric, occurred_at);


--
-- Name: usage_events_2024_05_occurred_at_idx; Type: INDEX; Schema: partitions; Owner: -
--

CREATE INDEX usage_events_2024_05_occurred_at_idx ON partitions.usage_events_2024_05 USING brin (occurred_at) WITH (pages_per_range='64');


--
-- Name: usage_events_2024_05_organization_id_metric_occurred_at_idx; Type: INDEX; Schema: partitions; Owner: -
--

CREATE INDEX usage_events_2024_05_organization_id_metric_occurred_at_idx ON partitions.usage_events_2024_05 USING btree (organization_id, metric, occurred_at);


--
-- Name: usage_events_2024_06_occurred_at_idx; Type: INDEX; Schema: partitions; Owner: -
--

CREATE INDEX usage_events_2024_06_occurred_at_idx ON partitions.usage_events_2024_06 USING brin (occurred_at) WITH (pages_per_range='64');


--
-- Name: usage_events_2024_06_organization_id_metric_occurred_at_idx; Type: INDEX; Schema: partitions; Owner: -
--

CREATE INDEX usage_events_2024_06_organization_id_metric_occurred_at_idx ON partitions.usage_events_2024_06 USING btree (organization_id, metric, occurred_at);


--
-- Name: usage_events_default_occurred_at_idx; Type: INDEX; Schema: partitions; Owner: -
--

CREATE INDEX usage_events_default_occurred_at_idx ON partitions.usage_events_default USING brin (occurred_at) WITH (pages_per_range='64');


--
-- Name: usage_events_default_organization_id_metric_occurred_at_idx; Type: INDEX; Schema: partitions; Owner: -
--

CREATE INDEX usage_events_default_organization_id_metric_occurred_at_idx ON partitions.usage_events_default USING btree (organization_id, metric, occurred_at);


--
-- Name: attachments_uploaded_by_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX attachments_uploaded_by_idx ON public.attachments USING btree (uploaded_by);


--
-- Name: attachments_work_order_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX attachments_work_order_idx ON public.attachments USING btree (organization_id, work_order_id);


--
-- Name: comments_author_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX comments_author_id_idx ON public.comments USING btree (author_id);


--
-- Name: comments_latest_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX comments_latest_idx ON public.comments USING btree (organization_id, work_order_id, created_at);


--
-- Name: comments_thread_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX comments_thread_idx ON public.comments USING btree (organization_id, work_order_id, created_at);


--
-- Name: invoice_lines_work_order_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX invoice_lines_work_order_idx ON public.invoice_lines USING btree (organization_id, work_order_id);


--
-- Name: invoices_customer_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX invoices_customer_idx ON public.invoices USING btree (organization_id, customer_id, issued_on DESC);


--
-- Name: invoices_subscription_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX invoices_subscription_idx ON public.invoices USING btree (organization_id, subscription_id);


--
-- Name: invoices_unpaid_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX invoices_unpaid_idx ON public.invoices USING btree (organization_id, due_on) WHERE (status = 'issued'::public.invoice_status);


--
-- Name: memberships_invited_by_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX memberships_invited_by_idx ON public.memberships USING btree (invited_by) WHERE (invited_by IS NOT NULL);


--
-- Name: memberships_role_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX memberships_role_idx ON public.memberships USING btree (organization_id, role_id);


--
-- Name: memberships_user_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX memberships_user_id_idx ON public.memberships USING btree (user_id);


--
-- Name: payments_invoice_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX payments_invoice_idx ON public.payments USING btree (organization_id, invoice_id);


--
-- Name: payments_provider_ref_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX payments_provider_ref_key ON public.payments USING btree (organization_id, method, provider_ref) WHERE (provider_ref IS NOT NULL);


--
-- Name: projects_customer_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX projects_customer_idx ON public.projects USING btree (organization_id, customer_id);


--
-- Name: subscriptions_plan_code_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX subscriptions_plan_code_idx ON public.subscriptions USING btree (plan_code);


--
-- Name: support_tickets_context_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX support_tickets_context_idx ON public.support_tickets USING gin (context jsonb_path_ops);


--
-- Name: support_tickets_opened_by_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX support_tickets_opened_by_idx ON public.support_tickets USING btree (opened_by);


--
-- Name: support_tickets_queue_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX support_tickets_queue_idx ON public.support_tickets USING btree (organization_id, opened_at) WHERE (state <> 'solved'::text);


--
-- Name: support_tickets_search_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX support_tickets_search_idx ON public.support_tickets USING gin (search_text);


--
-- Name: technician_bookings_calendar_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX technician_bookings_calendar_idx ON public.technician_bookings USING btree (organization_id, technician_id, starts_at);


--
-- Name: technician_bookings_work_order_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX technician_bookings_work_order_idx ON public.technician_bookings USING btree (organization_id, work_order_id);


--
-- Name: ticket_messages_author_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ticket_messages_author_id_idx ON public.ticket_messages USING btree (author_id);


--
-- Name: ticket_messages_reply_to_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ticket_messages_reply_to_idx ON public.ticket_messages USING btree (organization_id, reply_to_id);


--
-- Name: ticket_messages_thread_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ticket_messages_thread_idx ON public.ticket_messages USING btree (organization_id, ticket_id, sent_at);


--
-- Name: time_entries_payroll_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX time_entries_payroll_idx ON public.time_entries USING btree (organization_id, user_id, started_at);


--
-- Name: time_entries_work_order_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX time_entries_work_order_idx ON public.time_entries USING btree (organization_id, work_order_id);


--
-- Name: work_order_tags_tag_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX work_order_tags_tag_idx ON public.work_order_tags USING btree (organization_id, tag_id);


--
-- Name: work_orders_assignee_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX work_orders_assignee_idx ON public.work_orders USING btree (organization_id, assignee_id);


--
-- Name: work_orders_board_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX work_orders_board_idx ON public.work_orders USING btree (organization_id, status, priority DESC, due_at) INCLUDE (number, title) WHERE (deleted_at IS NULL);


--
-- Name: work_orders_overdue_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX work_orders_overdue_idx ON public.work_orders USING btree (organization_id, due_at) WHERE ((deleted_at IS NULL) AND (finished_at IS NULL));


--
-- Name: work_orders_project_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX work_orders_project_idx ON public.work_orders USING btree (organization_id, project_id, status);


--
-- Name: work_orders_reporter_id_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX work_orders_reporter_id_idx ON public.work_orders USING btree (reporter_id);


--
-- Name: work_orders_title_trgm_idx; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX work_orders_title_trgm_idx ON public.work_orders USING gin (title public.gin_trgm_ops);


--
-- Name: monthly_revenue_key; Type: INDEX; Schema: reporting; Owner: -
--

CREATE UNIQUE INDEX monthly_revenue_key ON reporting.monthly_revenue USING btree (organization_id, month, currency);


--
-- Name: usage_events_2024_01_occurred_at_idx; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_occurred_at_brin ATTACH PARTITION partitions.usage_events_2024_01_occurred_at_idx;


--
-- Name: usage_events_2024_01_organization_id_metric_occurred_at_idx; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_metric_idx ATTACH PARTITION partitions.usage_events_2024_01_organization_id_metric_occurred_at_idx;


--
-- Name: usage_events_2024_01_pkey; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_pkey ATTACH PARTITION partitions.usage_events_2024_01_pkey;


--
-- Name: usage_events_2024_02_occurred_at_idx; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_occurred_at_brin ATTACH PARTITION partitions.usage_events_2024_02_occurred_at_idx;


--
-- Name: usage_events_2024_02_organization_id_metric_occurred_at_idx; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_metric_idx ATTACH PARTITION partitions.usage_events_2024_02_organization_id_metric_occurred_at_idx;


--
-- Name: usage_events_2024_02_pkey; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_pkey ATTACH PARTITION partitions.usage_events_2024_02_pkey;


--
-- Name: usage_events_2024_03_occurred_at_idx; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_occurred_at_brin ATTACH PARTITION partitions.usage_events_2024_03_occurred_at_idx;


--
-- Name: usage_events_2024_03_organization_id_metric_occurred_at_idx; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_metric_idx ATTACH PARTITION partitions.usage_events_2024_03_organization_id_metric_occurred_at_idx;


--
-- Name: usage_events_2024_03_pkey; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_pkey ATTACH PARTITION partitions.usage_events_2024_03_pkey;


--
-- Name: usage_events_2024_04_occurred_at_idx; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_occurred_at_brin ATTACH PARTITION partitions.usage_events_2024_04_occurred_at_idx;


--
-- Name: usage_events_2024_04_organization_id_metric_occurred_at_idx; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_metric_idx ATTACH PARTITION partitions.usage_events_2024_04_organization_id_metric_occurred_at_idx;


--
-- Name: usage_events_2024_04_pkey; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_pkey ATTACH PARTITION partitions.usage_events_2024_04_pkey;


--
-- Name: usage_events_2024_05_occurred_at_idx; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_occurred_at_brin ATTACH PARTITION partitions.usage_events_2024_05_occurred_at_idx;


--
-- Name: usage_events_2024_05_organization_id_metric_occurred_at_idx; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_metric_idx ATTACH PARTITION partitions.usage_events_2024_05_organization_id_metric_occurred_at_idx;


--
-- Name: usage_events_2024_05_pkey; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_pkey ATTACH PARTITION partitions.usage_events_2024_05_pkey;


--
-- Name: usage_events_2024_06_occurred_at_idx; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_occurred_at_brin ATTACH PARTITION partitions.usage_events_2024_06_occurred_at_idx;


--
-- Name: usage_events_2024_06_organization_id_metric_occurred_at_idx; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_metric_idx ATTACH PARTITION partitions.usage_events_2024_06_organization_id_metric_occurred_at_idx;


--
-- Name: usage_events_2024_06_pkey; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_pkey ATTACH PARTITION partitions.usage_events_2024_06_pkey;


--
-- Name: usage_events_default_occurred_at_idx; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_occurred_at_brin ATTACH PARTITION partitions.usage_events_default_occurred_at_idx;


--
-- Name: usage_events_default_organization_id_metric_occurred_at_idx; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_metric_idx ATTACH PARTITION partitions.usage_events_default_organization_id_metric_occurred_at_idx;


--
-- Name: usage_events_default_pkey; Type: INDEX ATTACH; Schema: partitions; Owner: -
--

ALTER INDEX public.usage_events_pkey ATTACH PARTITION partitions.usage_events_default_pkey;


--
-- Name: customers customers_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER customers_touch_updated_at BEFORE UPDATE ON public.customers FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();


--
-- Name: invoices invoices_audit; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER invoices_audit AFTER INSERT OR DELETE OR UPDATE ON public.invoices FOR EACH ROW EXECUTE FUNCTION audit.record_change();


--
-- Name: invoices invoices_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER invoices_touch_updated_at BEFORE UPDATE ON public.invoices FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();


--
-- Name: memberships memberships_audit; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER memberships_audit AFTER INSERT OR DELETE OR UPDATE ON public.memberships FOR EACH ROW EXECUTE FUNCTION audit.record_change();


--
-- Name: organizations organizations_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER organizations_touch_updated_at BEFORE UPDATE ON public.organizations FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();


--
-- Name: payments payments_audit; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER payments_audit AFTER INSERT OR DELETE OR UPDATE ON public.payments FOR EACH ROW EXECUTE FUNCTION audit.record_change();


--
-- Name: projects projects_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER projects_touch_updated_at BEFORE UPDATE ON public.projects FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();


--
-- Name: service_levels service_levels_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER service_levels_touch_updated_at BEFORE UPDATE ON public.service_levels FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();


--
-- Name: subscriptions subscriptions_audit; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER subscriptions_audit AFTER INSERT OR DELETE OR UPDATE ON public.subscriptions FOR EACH ROW EXECUTE FUNCTION audit.record_change();


--
-- Name: subscriptions subscriptions_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER subscriptions_touch_updated_at BEFORE UPDATE ON public.subscriptions FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();


--
-- Name: users users_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER users_touch_updated_at BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION app.touch_updated_at();


--
-- Name: work_orders work_orders_touch_updated_at; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER work_orders_touch_updated_at BEFORE UPDATE ON public.work_orders FOR EACH ROW WHEN ((old.* IS DISTINCT FROM new.*)) EXECUTE FUNCTION app.touch_updated_at();


--
-- Name: attachments attachments_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: attachments attachments_uploaded_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_uploaded_by_fkey FOREIGN KEY (uploaded_by) REFERENCES public.users(id) ON DELETE SET NULL;


--
-- Name: attachments attachments_work_order_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_work_order_fkey FOREIGN KEY (organization_id, work_order_id) REFERENCES public.work_orders(organization_id, id) ON DELETE CASCADE;


--
-- Name: comments comments_author_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: comments comments_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: comments comments_work_order_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_work_order_fkey FOREIGN KEY (organization_id, work_order_id) REFERENCES public.work_orders(organization_id, id) ON DELETE CASCADE;


--
-- Name: customers customers_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: invoice_lines invoice_lines_invoice_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_invoice_fkey FOREIGN KEY (organization_id, invoice_id) REFERENCES public.invoices(organization_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;


--
-- Name: invoice_lines invoice_lines_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE RESTRICT;


--
-- Name: invoice_lines invoice_lines_work_order_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice_lines
    ADD CONSTRAINT invoice_lines_work_order_fkey FOREIGN KEY (organization_id, work_order_id) REFERENCES public.work_orders(organization_id, id) ON DELETE SET NULL (work_order_id);


--
-- Name: invoices invoices_customer_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_customer_fkey FOREIGN KEY (organization_id, customer_id) REFERENCES public.customers(organization_id, id) ON DELETE RESTRICT;


--
-- Name: invoices invoices_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE RESTRICT;


--
-- Name: invoices invoices_subscription_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_subscription_fkey FOREIGN KEY (organization_id, subscription_id) REFERENCES public.subscriptions(organization_id, id) ON DELETE RESTRICT;


--
-- Name: memberships memberships_invited_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES public.users(id) ON DELETE SET NULL;


--
-- Name: memberships memberships_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: memberships memberships_role_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_role_fkey FOREIGN KEY (organization_id, role_id) REFERENCES public.roles(organization_id, id) ON DELETE RESTRICT;


--
-- Name: memberships memberships_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;


--
-- Name: payments payments_invoice_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_invoice_fkey FOREIGN KEY (organization_id, invoice_id) REFERENCES public.invoices(organization_id, id) ON DELETE RESTRICT;


--
-- Name: payments payments_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE RESTRICT;


--
-- Name: projects projects_customer_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_customer_fkey FOREIGN KEY (organization_id, customer_id) REFERENCES public.customers(organization_id, id) ON DELETE RESTRICT;


--
-- Name: projects projects_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: roles roles_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: service_levels service_levels_customer_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.service_levels
    ADD CONSTRAINT service_levels_customer_fkey FOREIGN KEY (organization_id, customer_id) REFERENCES public.customers(organization_id, id) ON DELETE CASCADE;


--
-- Name: service_levels service_levels_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.service_levels
    ADD CONSTRAINT service_levels_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: subscriptions subscriptions_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE RESTRICT;


--
-- Name: subscriptions subscriptions_plan_code_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_plan_code_fkey FOREIGN KEY (plan_code) REFERENCES public.plans(code) ON UPDATE CASCADE ON DELETE RESTRICT;


--
-- Name: support_tickets support_tickets_opened_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.support_tickets
    ADD CONSTRAINT support_tickets_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES public.users(id) ON DELETE SET NULL;


--
-- Name: support_tickets support_tickets_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.support_tickets
    ADD CONSTRAINT support_tickets_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: tags tags_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: technician_bookings technician_bookings_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.technician_bookings
    ADD CONSTRAINT technician_bookings_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: technician_bookings technician_bookings_technician_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.technician_bookings
    ADD CONSTRAINT technician_bookings_technician_fkey FOREIGN KEY (organization_id, technician_id) REFERENCES public.memberships(organization_id, user_id) ON DELETE CASCADE;


--
-- Name: technician_bookings technician_bookings_work_order_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.technician_bookings
    ADD CONSTRAINT technician_bookings_work_order_fkey FOREIGN KEY (organization_id, work_order_id) REFERENCES public.work_orders(organization_id, id) ON DELETE CASCADE;


--
-- Name: ticket_messages ticket_messages_author_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ticket_messages
    ADD CONSTRAINT ticket_messages_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.users(id) ON DELETE SET NULL;


--
-- Name: ticket_messages ticket_messages_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ticket_messages
    ADD CONSTRAINT ticket_messages_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: ticket_messages ticket_messages_organization_id_reply_to_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ticket_messages
    ADD CONSTRAINT ticket_messages_organization_id_reply_to_id_fkey FOREIGN KEY (organization_id, reply_to_id) REFERENCES public.ticket_messages(organization_id, id) ON DELETE SET NULL (reply_to_id);


--
-- Name: ticket_messages ticket_messages_organization_id_ticket_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ticket_messages
    ADD CONSTRAINT ticket_messages_organization_id_ticket_id_fkey FOREIGN KEY (organization_id, ticket_id) REFERENCES public.support_tickets(organization_id, id) ON DELETE CASCADE;


--
-- Name: time_entries time_entries_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.time_entries
    ADD CONSTRAINT time_entries_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: time_entries time_entries_user_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.time_entries
    ADD CONSTRAINT time_entries_user_fkey FOREIGN KEY (organization_id, user_id) REFERENCES public.memberships(organization_id, user_id) ON DELETE RESTRICT;


--
-- Name: time_entries time_entries_work_order_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.time_entries
    ADD CONSTRAINT time_entries_work_order_fkey FOREIGN KEY (organization_id, work_order_id) REFERENCES public.work_orders(organization_id, id) ON DELETE CASCADE;


--
-- Name: usage_events usage_events_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE public.usage_events
    ADD CONSTRAINT usage_events_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: work_order_tags work_order_tags_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.work_order_tags
    ADD CONSTRAINT work_order_tags_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: work_order_tags work_order_tags_organization_id_tag_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.work_order_tags
    ADD CONSTRAINT work_order_tags_organization_id_tag_id_fkey FOREIGN KEY (organization_id, tag_id) REFERENCES public.tags(organization_id, id) ON DELETE CASCADE;


--
-- Name: work_order_tags work_order_tags_organization_id_work_order_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.work_order_tags
    ADD CONSTRAINT work_order_tags_organization_id_work_order_id_fkey FOREIGN KEY (organization_id, work_order_id) REFERENCES public.work_orders(organization_id, id) ON DELETE CASCADE;


--
-- Name: work_orders work_orders_approved_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.work_orders
    ADD CONSTRAINT work_orders_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES public.users(id) ON DELETE SET NULL;


--
-- Name: work_orders work_orders_assignee_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.work_orders
    ADD CONSTRAINT work_orders_assignee_fkey FOREIGN KEY (organization_id, assignee_id) REFERENCES public.memberships(organization_id, user_id) ON DELETE SET NULL (assignee_id);


--
-- Name: work_orders work_orders_organization_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.work_orders
    ADD CONSTRAINT work_orders_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;


--
-- Name: work_orders work_orders_project_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.work_orders
    ADD CONSTRAINT work_orders_project_fkey FOREIGN KEY (organization_id, project_id) REFERENCES public.projects(organization_id, id) ON DELETE CASCADE;


--
-- Name: work_orders work_orders_reporter_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.work_orders
    ADD CONSTRAINT work_orders_reporter_id_fkey FOREIGN KEY (reporter_id) REFERENCES public.users(id) ON DELETE RESTRICT;


--
-- Name: log_entries; Type: ROW SECURITY; Schema: audit; Owner: -
--

ALTER TABLE audit.log_entries ENABLE ROW LEVEL SECURITY;

--
-- Name: log_entries tenant_read; Type: POLICY; Schema: audit; Owner: -
--

CREATE POLICY tenant_read ON audit.log_entries FOR SELECT TO tidewater_support USING ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: attachments; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.attachments ENABLE ROW LEVEL SECURITY;

--
-- Name: comments; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.comments ENABLE ROW LEVEL SECURITY;

--
-- Name: customers; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.customers ENABLE ROW LEVEL SECURITY;

--
-- Name: invoice_lines; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.invoice_lines ENABLE ROW LEVEL SECURITY;

--
-- Name: invoices; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.invoices ENABLE ROW LEVEL SECURITY;

--
-- Name: memberships; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.memberships ENABLE ROW LEVEL SECURITY;

--
-- Name: organizations; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.organizations ENABLE ROW LEVEL SECURITY;

--
-- Name: organizations organizations_own; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY organizations_own ON public.organizations TO tidewater_app USING ((id = ( SELECT app.current_organization_id() AS current_organization_id))) WITH CHECK ((id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: payments; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.payments ENABLE ROW LEVEL SECURITY;

--
-- Name: plans; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.plans ENABLE ROW LEVEL SECURITY;

--
-- Name: plans plans_public; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY plans_public ON public.plans FOR SELECT TO tidewater_app USING (is_public);


--
-- Name: projects; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.projects ENABLE ROW LEVEL SECURITY;

--
-- Name: roles; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.roles ENABLE ROW LEVEL SECURITY;

--
-- Name: service_levels; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.service_levels ENABLE ROW LEVEL SECURITY;

--
-- Name: subscriptions; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.subscriptions ENABLE ROW LEVEL SECURITY;

--
-- Name: support_tickets; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.support_tickets ENABLE ROW LEVEL SECURITY;

--
-- Name: tags; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.tags ENABLE ROW LEVEL SECURITY;

--
-- Name: technician_bookings; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.technician_bookings ENABLE ROW LEVEL SECURITY;

--
-- Name: payments tenant_insert; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_insert ON public.payments FOR INSERT TO tidewater_app WITH CHECK ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: attachments tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.attachments TO tidewater_app USING ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id))) WITH CHECK ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: comments tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.comments TO tidewater_app USING ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id))) WITH CHECK ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: customers tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.customers TO tidewater_app USING ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id))) WITH CHECK ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: invoice_lines tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.invoice_lines TO tidewater_app USING ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id))) WITH CHECK ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: invoices tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.invoices TO tidewater_app USING ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id))) WITH CHECK ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: memberships tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.memberships TO tidewater_app USING ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id))) WITH CHECK ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: projects tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.projects TO tidewater_app USING ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id))) WITH CHECK ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: roles tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.roles TO tidewater_app USING ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id))) WITH CHECK ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: service_levels tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.service_levels TO tidewater_app USING ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id))) WITH CHECK ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: subscriptions tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.subscriptions TO tidewater_app USING ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id))) WITH CHECK ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: support_tickets tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.support_tickets TO tidewater_app USING ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id))) WITH CHECK ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: tags tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.tags TO tidewater_app USING ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id))) WITH CHECK ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: technician_bookings tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.technician_bookings TO tidewater_app USING ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id))) WITH CHECK ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: ticket_messages tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.ticket_messages TO tidewater_app USING ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id))) WITH CHECK ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: usage_events tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.usage_events TO tidewater_app USING ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id))) WITH CHECK ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: work_order_tags tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.work_order_tags TO tidewater_app USING ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id))) WITH CHECK ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: work_orders tenant_isolation; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_isolation ON public.work_orders TO tidewater_app USING ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id))) WITH CHECK ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: payments tenant_read; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY tenant_read ON public.payments FOR SELECT TO tidewater_app USING ((organization_id = ( SELECT app.current_organization_id() AS current_organization_id)));


--
-- Name: ticket_messages; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.ticket_messages ENABLE ROW LEVEL SECURITY;

--
-- Name: usage_events; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.usage_events ENABLE ROW LEVEL SECURITY;

--
-- Name: users; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

--
-- Name: users users_change_self; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY users_change_self ON public.users FOR UPDATE TO tidewater_app USING ((id = ( SELECT app.current_user_id() AS current_user_id))) WITH CHECK ((id = ( SELECT app.current_user_id() AS current_user_id)));


--
-- Name: users users_read; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY users_read ON public.users FOR SELECT TO tidewater_app USING (((id = ( SELECT app.current_user_id() AS current_user_id)) OR (EXISTS ( SELECT 1
   FROM public.memberships m
  WHERE ((m.user_id = users.id) AND (m.organization_id = ( SELECT app.current_organization_id() AS current_organization_id)))))));


--
-- Name: work_order_tags; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.work_order_tags ENABLE ROW LEVEL SECURITY;

--
-- Name: work_orders; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.work_orders ENABLE ROW LEVEL SECURITY;

--
-- Name: SCHEMA app; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA app TO tidewater_app;
GRANT USAGE ON SCHEMA app TO tidewater_support;


--
-- Name: SCHEMA audit; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA audit TO tidewater_support;


--
-- Name: SCHEMA public; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA public TO tidewater_app;


--
-- Name: SCHEMA reporting; Type: ACL; Schema: -; Owner: -
--

GRANT USAGE ON SCHEMA reporting TO tidewater_app;
GRANT USAGE ON SCHEMA reporting TO tidewater_readonly;


--
-- Name: TABLE invoice_lines; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invoice_lines TO tidewater_app;


--
-- Name: SEQUENCE work_order_number; Type: ACL; Schema: app; Owner: -
--

GRANT USAGE ON SEQUENCE app.work_order_number TO tidewater_app;


--
-- Name: TABLE log_entries; Type: ACL; Schema: audit; Owner: -
--

GRANT SELECT ON TABLE audit.log_entries TO tidewater_support;


--
-- Name: TABLE usage_events; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.usage_events TO tidewater_app;


--
-- Name: TABLE attachments; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.attachments TO tidewater_app;


--
-- Name: SEQUENCE attachments_id_seq; Type: ACL; Schema: public; Owner: -
--

GRANT USAGE ON SEQUENCE public.attachments_id_seq TO tidewater_app;


--
-- Name: TABLE comments; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.comments TO tidewater_app;


--
-- Name: SEQUENCE comments_id_seq; Type: ACL; Schema: public; Owner: -
--

GRANT USAGE ON SEQUENCE public.comments_id_seq TO tidewater_app;


--
-- Name: TABLE customers; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.customers TO tidewater_app;


--
-- Name: SEQUENCE customers_id_seq; Type: ACL; Schema: public; Owner: -
--

GRANT USAGE ON SEQUENCE public.customers_id_seq TO tidewater_app;


--
-- Name: TABLE invoices; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invoices TO tidewater_app;


--
-- Name: SEQUENCE invoices_id_seq; Type: ACL; Schema: public; Owner: -
--

GRANT USAGE ON SEQUENCE public.invoices_id_seq TO tidewater_app;


--
-- Name: TABLE memberships; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.memberships TO tidewater_app;


--
-- Name: TABLE organizations; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.organizations TO tidewater_app;


--
-- Name: TABLE payments; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT ON TABLE public.payments TO tidewater_app;


--
-- Name: SEQUENCE payments_id_seq; Type: ACL; Schema: public; Owner: -
--

GRANT USAGE ON SEQUENCE public.payments_id_seq TO tidewater_app;


--
-- Name: TABLE plans; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.plans TO tidewater_app;


--
-- Name: TABLE projects; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.projects TO tidewater_app;


--
-- Name: SEQUENCE projects_id_seq; Type: ACL; Schema: public; Owner: -
--

GRANT USAGE ON SEQUENCE public.projects_id_seq TO tidewater_app;


--
-- Name: TABLE roles; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.roles TO tidewater_app;


--
-- Name: SEQUENCE roles_id_seq; Type: ACL; Schema: public; Owner: -
--

GRANT USAGE ON SEQUENCE public.roles_id_seq TO tidewater_app;


--
-- Name: TABLE service_levels; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.service_levels TO tidewater_app;


--
-- Name: SEQUENCE service_levels_id_seq; Type: ACL; Schema: public; Owner: -
--

GRANT USAGE ON SEQUENCE public.service_levels_id_seq TO tidewater_app;


--
-- Name: TABLE subscriptions; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.subscriptions TO tidewater_app;


--
-- Name: SEQUENCE subscriptions_id_seq; Type: ACL; Schema: public; Owner: -
--

GRANT USAGE ON SEQUENCE public.subscriptions_id_seq TO tidewater_app;


--
-- Name: TABLE support_tickets; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.support_tickets TO tidewater_app;


--
-- Name: SEQUENCE support_tickets_id_seq; Type: ACL; Schema: public; Owner: -
--

GRANT USAGE ON SEQUENCE public.support_tickets_id_seq TO tidewater_app;


--
-- Name: TABLE tags; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tags TO tidewater_app;


--
-- Name: SEQUENCE tags_id_seq; Type: ACL; Schema: public; Owner: -
--

GRANT USAGE ON SEQUENCE public.tags_id_seq TO tidewater_app;


--
-- Name: TABLE technician_bookings; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.technician_bookings TO tidewater_app;


--
-- Name: SEQUENCE technician_bookings_id_seq; Type: ACL; Schema: public; Owner: -
--

GRANT USAGE ON SEQUENCE public.technician_bookings_id_seq TO tidewater_app;


--
-- Name: TABLE ticket_messages; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ticket_messages TO tidewater_app;


--
-- Name: SEQUENCE ticket_messages_id_seq; Type: ACL; Schema: public; Owner: -
--

GRANT USAGE ON SEQUENCE public.ticket_messages_id_seq TO tidewater_app;


--
-- Name: TABLE time_entries; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.time_entries TO tidewater_app;


--
-- Name: SEQUENCE time_entries_id_seq; Type: ACL; Schema: public; Owner: -
--

GRANT USAGE ON SEQUENCE public.time_entries_id_seq TO tidewater_app;


--
-- Name: TABLE users; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.users TO tidewater_app;


--
-- Name: TABLE work_order_tags; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.work_order_tags TO tidewater_app;


--
-- Name: TABLE work_orders; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.work_orders TO tidewater_app;


--
-- Name: SEQUENCE work_orders_id_seq; Type: ACL; Schema: public; Owner: -
--

GRANT USAGE ON SEQUENCE public.work_orders_id_seq TO tidewater_app;


--
-- Name: TABLE invoice_balances; Type: ACL; Schema: reporting; Owner: -
--

GRANT SELECT ON TABLE reporting.invoice_balances TO tidewater_app;


--
-- Name: TABLE monthly_revenue; Type: ACL; Schema: reporting; Owner: -
--

GRANT SELECT ON TABLE reporting.monthly_revenue TO tidewater_readonly;


--
-- Name: TABLE open_work_orders; Type: ACL; Schema: reporting; Owner: -
--

GRANT SELECT ON TABLE reporting.open_work_orders TO tidewater_app;


--
-- Name: DEFAULT PRIVILEGES FOR SEQUENCES; Type: DEFAULT ACL; Schema: app; Owner: -
--

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA app GRANT USAGE ON SEQUENCES  TO tidewater_app;


--
-- Name: DEFAULT PRIVILEGES FOR SEQUENCES; Type: DEFAULT ACL; Schema: public; Owner: -
--

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT USAGE ON SEQUENCES  TO tidewater_app;


--
-- Name: DEFAULT PRIVILEGES FOR TABLES; Type: DEFAULT ACL; Schema: public; Owner: -
--

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES  TO tidewater_app;


--
-- PostgreSQL database dump complete
--

\unrestrict sample

