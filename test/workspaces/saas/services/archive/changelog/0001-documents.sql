--liquibase formatted sql

--changeset ines.carvalho:0001-1
--comment: scanned papers and signed work reports
CREATE TABLE documents (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id  uuid NOT NULL,
    work_order_id    bigint NOT NULL,
    kind             text NOT NULL CHECK (kind IN ('report', 'invoice', 'photo', 'contract')),
    sha256           bytea NOT NULL UNIQUE,
    stored_at        timestamptz NOT NULL DEFAULT now()
);
--rollback DROP TABLE documents;

--changeset ines.carvalho:0001-2
CREATE INDEX documents_work_order_idx ON documents (organization_id, work_order_id);
--rollback DROP INDEX documents_work_order_idx;
