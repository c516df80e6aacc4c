-- SYNTAX TEST "source.sql" "plumbline-ignore comments"
ALTER TABLE a DROP COLUMN b; -- plumbline-ignore migration/drop-column, migration/missing-lock-timeout: unused since 3.2
--                              ^^^^^^^^^^^^^^^^ comment.line.double-dash.sql keyword.control.directive.plumbline
--                                               ^^^^^^^^^^^^^^^^^^^^^ entity.name.type.rule.plumbline
--                                                                    ^ punctuation.separator.plumbline
--                                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ entity.name.type.rule.plumbline
--                                                                                                    ^ punctuation.separator.key-value.plumbline
--                                                                                                      ^^^^^^^^^^^^^^^^ string.unquoted.reason.plumbline
-- plumbline-ignore-file schema/serial-column: legacy ids
SELECT 1; -- plumbline-ignore-file schema/serial-column
--           ^^^^^^^^^^^^^^^^^^^^^ keyword.control.directive.plumbline
--                                 ^^^^^^^^^^^^^^^^^^^^ entity.name.type.rule.plumbline
SELECT 2; -- see plumbline-ignore in the docs: not a directive
--               ^^^^^^^^^^^^^^^^ comment.line.double-dash.sql - keyword.control.directive.plumbline
SELECT 3; -- plumbline-ignored migration/rename
--           ^^^^^^^^^^^^^^^^^ comment.line.double-dash.sql - keyword.control.directive.plumbline
SELECT '-- plumbline-ignore migration/rename';
--         ^^^^^^^^^^^^^^^^ string.quoted.single.sql - keyword.control.directive.plumbline
DO $$ BEGIN -- plumbline-ignore migration/drop-table: inside a body
--             ^^^^^^^^^^^^^^^^ meta.embedded.block.plpgsql comment.line.double-dash.sql keyword.control.directive.plumbline
--                              ^^^^^^^^^^^^^^^^^^^^ entity.name.type.rule.plumbline
--                                                    ^^^^^^^^^^^^^ string.unquoted.reason.plumbline
END $$;
