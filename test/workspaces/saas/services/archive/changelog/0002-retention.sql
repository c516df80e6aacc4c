--liquibase formatted sql

--changeset ines.carvalho:0002-1
CREATE TABLE retention_rules (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id  uuid NOT NULL,
    kind             text NOT NULL,
    keep_years       smallint NOT NULL CHECK (keep_years BETWEEN 1 AND 30),
    UNIQUE (organization_id, kind)
);
--rollback DROP TABLE retention_rules;

--changeset tomasz.wrona:0002-2
CREATE TABLE legal_holds (
    document_id  bigint PRIMARY KEY REFERENCES documents (id) ON DELETE RESTRICT,
    reason       text NOT NULL,
    placed_at    timestamptz NOT NULL DEFAULT now()
);
--rollback DROP TABLE legal_holds;
