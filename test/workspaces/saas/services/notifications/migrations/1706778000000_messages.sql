-- Up Migration
CREATE TABLE messages (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id  uuid NOT NULL,
    template_id      bigint NOT NULL REFERENCES templates (id) ON DELETE RESTRICT,
    recipient        text NOT NULL,
    variables        jsonb NOT NULL DEFAULT '{}',
    queued_at        timestamptz NOT NULL DEFAULT now(),
    sent_at          timestamptz
);

CREATE INDEX messages_template_id_idx ON messages (template_id);
CREATE INDEX messages_organization_id_queued_at_idx ON messages (organization_id, queued_at);

-- Down Migration
DROP TABLE messages;
