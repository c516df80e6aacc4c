--liquibase formatted sql

--changeset tomasz.wrona:0003-1
CREATE TABLE purge_queue (
    document_id  bigint PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    due_on       date NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX purge_queue_due_on_idx ON purge_queue (due_on);
--rollback DROP TABLE purge_queue;

--changeset tomasz.wrona:0003-2 splitStatements:false
CREATE FUNCTION refuse_held_documents() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM legal_holds WHERE document_id = OLD.id) THEN
        RAISE EXCEPTION 'document % is under legal hold', OLD.id;
    END IF;
    RETURN OLD;
END;
$$;
--rollback DROP FUNCTION refuse_held_documents();

--changeset tomasz.wrona:0003-3
CREATE TRIGGER documents_refuse_held BEFORE DELETE ON documents
    FOR EACH ROW EXECUTE FUNCTION refuse_held_documents();
--rollback DROP TRIGGER documents_refuse_held ON documents;
