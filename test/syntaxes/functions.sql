-- SYNTAX TEST "source.sql" "PL/pgSQL and SQL inside dollar quotes"
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
--                                                          ^^ meta.embedded.block.plpgsql punctuation.definition.string.begin.sql
DECLARE
-- <------- meta.embedded.block.plpgsql keyword.other.declaration.plpgsql
  total numeric := 0;
--              ^^ keyword.operator.assignment.plpgsql
  line orders%ROWTYPE;
--           ^^^^^^^^ storage.type.plpgsql
  tags text[] := ARRAY['it''s', 'b']::text[];
--         ^^ punctuation.section.brackets.sql - text.bracketed
--                     ^^^^^^^ string.quoted.single.sql
--                        ^^ constant.character.escape.sql
--                                  ^^ keyword.operator.cast.sql
--                                    ^^^^ storage.type.sql
BEGIN
-- <----- keyword.control.plpgsql
  -- it's a comment, and its apostrophe opens nothing
--  ^^^^^^^^^^^^^^^^^ comment.line.double-dash.sql
  NEW.updated_at := now();
--^^^ variable.language.plpgsql
  IF TG_OP = 'UPDATE' THEN
--^^ keyword.control.plpgsql
--   ^^^^^ variable.language.plpgsql
--           ^^^^^^^^ string.quoted.single.sql
--                    ^^^^ keyword.control.plpgsql
    RAISE NOTICE 'changed %', OLD.id;
--  ^^^^^ keyword.control.plpgsql
--        ^^^^^^ constant.language.level.plpgsql
    SELECT count(*) INTO total FROM orders WHERE a / b > c / d;
--  ^^^^^^ keyword.other.DML.sql
--                                                 ^ keyword.operator.sql - string.regexp.sql
--                                                   ^ - string
    EXECUTE format($q$SELECT 'it''s' FROM %I$q$, TG_TABLE_NAME) USING $1;
--  ^^^^^^^ keyword.control.plpgsql
--                 ^^^ punctuation.definition.string.begin.sql
--                    ^^^^^^ meta.embedded.block.plpgsql meta.embedded.block.plpgsql keyword.other.DML.sql
--                                          ^^^ punctuation.definition.string.end.sql
--                                                                    ^^ variable.parameter.sql
  END IF;
--^^^^^^ keyword.control.plpgsql
  RETURN NEW;
--^^^^^^ keyword.control.plpgsql
END;
$$;
-- <-- meta.embedded.block.plpgsql punctuation.definition.string.end.sql
-- <~- punctuation.definition.string.end.sql
--^ - meta.embedded.block.plpgsql
CREATE TABLE after_the_body (id bigint);
-- <------ keyword.other.create.sql - meta.embedded.block.plpgsql

CREATE FUNCTION one() RETURNS int
LANGUAGE sql
AS
$function$
-- <---------- meta.embedded.block.plpgsql punctuation.definition.string.begin.sql
  SELECT 1 -- $$ of another tag does not end it
--^^^^^^ meta.embedded.block.plpgsql keyword.other.DML.sql
$function$;
-- <---------- punctuation.definition.string.end.sql
SELECT 2;
-- <------ keyword.other.DML.sql - meta.embedded.block.plpgsql

DO $do$ BEGIN PERFORM pg_sleep(1); END $do$;
-- <-- keyword.other.sql
-- ^^^^ punctuation.definition.string.begin.sql
--      ^^^^^ meta.embedded.block.plpgsql keyword.control.plpgsql
--            ^^^^^^^ keyword.control.plpgsql
--                                 ^^^ keyword.control.plpgsql
--                                     ^^^^ punctuation.definition.string.end.sql
--                                         ^ - meta.embedded.block.plpgsql
DO LANGUAGE plpgsql $$BEGIN NULL; END$$;
--                  ^^ punctuation.definition.string.begin.sql
--                    ^^^^^ meta.embedded.block.plpgsql keyword.control.plpgsql
DO
$$
-- <-- meta.embedded.block.plpgsql punctuation.definition.string.begin.sql
<<outer>>
-- <--------- entity.name.label.plpgsql
FOREACH x SLICE 1 IN ARRAY xs LOOP NULL; END LOOP;
-- <------- keyword.control.plpgsql
--                                       ^^^^^^^^ keyword.control.plpgsql
$$;
SELECT cron.schedule('nightly', '0 3 * * *', $$DELETE FROM sessions WHERE expires_at < now()$$);
--                                           ^^ punctuation.definition.string.begin.sql
--                                             ^^^^^^ meta.embedded.block.plpgsql keyword.other.DML.sql
--                                                                                          ^^ punctuation.definition.string.end.sql
