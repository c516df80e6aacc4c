SET lock_timeout = '3s';

CREATE TABLE support_tickets (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id  uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    opened_by        uuid REFERENCES users (id) ON DELETE SET NULL,
    subject          text NOT NULL,
    body             text NOT NULL,
    state            text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'waiting', 'solved')),
    context          jsonb NOT NULL DEFAULT '{}',
    opened_at        timestamptz NOT NULL DEFAULT now(),
    solved_at        timestamptz,
    search_text      tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('english', subject), 'A') || setweight(to_tsvector('english', body), 'B')
    ) STORED,
    UNIQUE (organization_id, id)
);

CREATE INDEX support_tickets_opened_by_idx ON support_tickets (opened_by);
CREATE INDEX support_tickets_search_idx ON support_tickets USING gin (search_text);
CREATE INDEX support_tickets_context_idx ON support_tickets USING gin (context jsonb_path_ops);
CREATE INDEX support_tickets_queue_idx ON support_tickets (organization_id, opened_at) WHERE state <> 'solved';

CREATE TABLE ticket_messages (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id  uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    ticket_id        bigint NOT NULL,
    author_id        uuid REFERENCES users (id) ON DELETE SET NULL,
    reply_to_id      bigint,
    body             text NOT NULL,
    sent_at          timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, ticket_id)
        REFERENCES support_tickets (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, reply_to_id)
        REFERENCES ticket_messages (organization_id, id) ON DELETE SET NULL (reply_to_id)
);

CREATE INDEX ticket_messages_thread_idx ON ticket_messages (organization_id, ticket_id, sent_at);
CREATE INDEX ticket_messages_author_id_idx ON ticket_messages (author_id);
CREATE INDEX ticket_messages_reply_to_idx ON ticket_messages (organization_id, reply_to_id);

ALTER TABLE support_tickets ENABLE ROW LEVEL SECURITY;
ALTER TABLE support_tickets FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON support_tickets TO tidewater_app
    USING (organization_id = (SELECT app.current_organization_id()))
    WITH CHECK (organization_id = (SELECT app.current_organization_id()));

ALTER TABLE ticket_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE ticket_messages FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON ticket_messages TO tidewater_app
    USING (organization_id = (SELECT app.current_organization_id()))
    WITH CHECK (organization_id = (SELECT app.current_organization_id()));

CREATE TABLE import_batches (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id  uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    file_name        text NOT NULL,
    row_count        integer NOT NULL DEFAULT 0,
    imported_at      timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX import_batches_organization_id_idx ON import_batches (organization_id, imported_at);

ALTER TABLE import_batches ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_batches FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON import_batches TO tidewater_app
    USING (organization_id = (SELECT app.current_organization_id()))
    WITH CHECK (organization_id = (SELECT app.current_organization_id()));
