CREATE TABLE roles (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id  uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    name             text NOT NULL,
    permissions      text[] NOT NULL DEFAULT '{}',
    created_at       timestamptz NOT NULL DEFAULT now(),
    -- target of the composite keys below: a role is only given inside its own organization
    CONSTRAINT roles_organization_id_id_key UNIQUE (organization_id, id),
    CONSTRAINT roles_organization_id_name_key UNIQUE (organization_id, name)
);

CREATE TABLE memberships (
    organization_id  uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id          uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_id          bigint NOT NULL,
    invited_by       uuid REFERENCES users (id) ON DELETE SET NULL,
    joined_at        timestamptz,
    created_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, user_id),
    CONSTRAINT memberships_role_fkey FOREIGN KEY (organization_id, role_id)
        REFERENCES roles (organization_id, id) ON DELETE RESTRICT
);

CREATE INDEX memberships_user_id_idx ON memberships (user_id);
CREATE INDEX memberships_role_idx ON memberships (organization_id, role_id);
CREATE INDEX memberships_invited_by_idx ON memberships (invited_by) WHERE invited_by IS NOT NULL;
