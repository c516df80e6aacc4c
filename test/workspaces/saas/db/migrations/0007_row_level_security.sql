-- The API opens each request with
--   SELECT set_config('app.organization_id', $1, true), set_config('app.user_id', $2, true);
-- After the transaction a setting reads as '', hence the nullif.
-- FORCE binds the owner too; migrations and jobs run as a role with BYPASSRLS.

CREATE FUNCTION app.current_organization_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = ''
    AS $$ SELECT nullif(current_setting('app.organization_id', true), '')::uuid $$;

CREATE FUNCTION app.current_user_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = ''
    AS $$ SELECT nullif(current_setting('app.user_id', true), '')::uuid $$;

ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
CREATE POLICY organizations_own ON organizations
    TO tidewater_app
    USING (id = (SELECT app.current_organization_id()))
    WITH CHECK (id = (SELECT app.current_organization_id()));

ALTER TABLE roles ENABLE ROW LEVEL SECURITY;
ALTER TABLE roles FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON roles
    TO tidewater_app
    USING (organization_id = (SELECT app.current_organization_id()))
    WITH CHECK (organization_id = (SELECT app.current_organization_id()));

ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON memberships
    TO tidewater_app
    USING (organization_id = (SELECT app.current_organization_id()))
    WITH CHECK (organization_id = (SELECT app.current_organization_id()));

-- A person is visible to themselves and to the organization of the request.
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY users_read ON users FOR SELECT
    TO tidewater_app
    USING (
        id = (SELECT app.current_user_id())
        OR EXISTS (
            SELECT 1
            FROM memberships m
            WHERE m.user_id = users.id
              AND m.organization_id = (SELECT app.current_organization_id())
        )
    );
CREATE POLICY users_change_self ON users FOR UPDATE
    TO tidewater_app
    USING (id = (SELECT app.current_user_id()))
    WITH CHECK (id = (SELECT app.current_user_id()));

ALTER TABLE login_attempts ENABLE ROW LEVEL SECURITY;
CREATE POLICY login_attempts_own ON login_attempts FOR SELECT
    TO tidewater_app
    USING (user_id = (SELECT app.current_user_id()));
