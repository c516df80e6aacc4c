--liquibase formatted sql

--changeset ines.carvalho:0004-1 runInTransaction:false
CREATE INDEX CONCURRENTLY documents_stored_at_idx ON documents (stored_at);
--rollback DROP INDEX CONCURRENTLY documents_stored_at_idx;
