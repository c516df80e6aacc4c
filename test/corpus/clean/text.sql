--- given
CREATE TABLE notes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  body text NOT NULL
);
CREATE INDEX notes_body_idx ON notes (md5(body));

--- case: comments that hold DDL
--- truth: Comments do nothing.
--- migration
-- DROP TABLE notes;
/* ALTER TABLE notes DROP COLUMN body; /* CREATE INDEX i ON notes (body); */ TRUNCATE notes; */
SELECT 1; -- DELETE FROM notes;

--- case: strings that hold DDL
--- truth: A string is a value, however it is quoted.
--- migration
INSERT INTO notes (body) VALUES ('DROP TABLE notes;'), (E'ALTER TABLE notes DROP COLUMN body;\n\'x'), ($x$TRUNCATE notes; CREATE INDEX i ON notes (body);$x$), (U&'DELETE FROM notes');

--- case: comments on objects that speak of DDL
--- truth: COMMENT stores text.
--- migration
COMMENT ON TABLE notes IS 'To be replaced: DROP TABLE notes; then CREATE INDEX notes_body ON notes (body)';

--- case: a function whose body holds DDL and DML
--- truth: The body runs when someone calls it, not now.
--- migration
CREATE FUNCTION purge_notes() RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  TRUNCATE public.notes;
  DELETE FROM public.notes WHERE id < 1000;
  ALTER TABLE public.notes ALTER COLUMN body TYPE varchar(10);
  CREATE INDEX notes_again ON public.notes (body);
END
$$;

--- case: a procedure that batches with COMMIT
--- truth: The procedure is made for later calls.
--- migration
CREATE PROCEDURE trim_notes() LANGUAGE plpgsql AS $$
DECLARE
  last bigint := 0;
BEGIN
  LOOP
    UPDATE notes SET body = trim(body) WHERE id > last AND id <= last + 1000;
    EXIT WHEN NOT FOUND;
    last := last + 1000;
    COMMIT;
  END LOOP;
END
$$;

--- case: a SQL-standard function body
--- truth: BEGIN ATOMIC is the body's, not a transaction.
--- migration
CREATE FUNCTION note_count() RETURNS bigint LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT count(*) FROM notes;
END;

--- case: dollar quotes inside dollar quotes
--- truth: The inner text is a string of the body.
--- migration
CREATE FUNCTION ddl_for(tab text) RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = '' AS $outer$
BEGIN
  RETURN format($inner$DROP TABLE %I CASCADE; CREATE INDEX ON %I (id);$inner$, tab, tab);
END
$outer$;

--- case: names that look like keywords
--- truth: Quoted names and columns are names.
--- migration
CREATE TABLE "drop table" (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "delete from" text NOT NULL,
  "BEGIN" timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX "create index" ON "drop table" ("delete from");

--- case: a view named as an operation, selecting literals of DDL
--- truth: It reads nothing but a constant.
--- migration
CREATE VIEW pending_statements AS SELECT 'ALTER TABLE notes DROP COLUMN body' AS statement;

--- case: an empty migration
--- truth: Nothing happens.
--- migration
-- Kept on purpose: this number was used in staging.

--- case: a DO block that only raises a notice
--- truth: The text of the notice runs nothing.
--- migration
DO $$
BEGIN
  RAISE NOTICE 'DROP TABLE notes; DELETE FROM notes;';
END
$$;
