-- SYNTAX TEST "source.sql" "Dollar quotes that hold text, and dollars that quote nothing"
COMMENT ON TABLE users IS $$It's the people's table$$;
--                        ^^ string.quoted.dollar.sql punctuation.definition.string.begin.sql
--                          ^^^^^^^^^^^^^^^^^^^^^^^ string.quoted.dollar.sql - meta.embedded.block.plpgsql
--                                                 ^^ string.quoted.dollar.sql punctuation.definition.string.end.sql
--                                                   ^ - string
SELECT 1;
-- <------ keyword.other.DML.sql - string
INSERT INTO notes (body) VALUES ($note$it's $$ inside$note$, 'plain $$ text');
--                               ^^^^^^ string.quoted.dollar.sql punctuation.definition.string.begin.sql
--                                     ^^^^^^^^^^^^^^ string.quoted.dollar.sql
--                                                   ^^^^^^ punctuation.definition.string.end.sql
--                                                           ^^^^^^^^^^^^^^^ string.quoted.single.sql - string.quoted.dollar.sql
SELECT a$$b, price$1 FROM t;
--      ^^ - string meta.embedded.block.plpgsql
--           ^^^^^ - string meta.embedded.block.plpgsql
-- a comment with $$ opens nothing
SELECT 2;
-- <------ keyword.other.DML.sql - string meta.embedded.block.plpgsql
PREPARE p AS SELECT $1;
--                  ^^ - string
CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS $py$
--                              ^^^^^^^^ keyword.other.sql
--                                       ^^^^^^^^^^ entity.name.type.language.sql
--                                                     ^^^^ punctuation.definition.string.begin.sql
return len("it's SELECT")
-- <------ string.quoted.dollar.sql - meta.embedded.block.plpgsql
$py$;
-- <---- punctuation.definition.string.end.sql
SELECT 3;
-- <------ keyword.other.DML.sql - string
