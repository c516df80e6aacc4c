import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { SqlDocument } from "../../server/src/sql/document";
import type { SqlParser } from "../../server/src/sql/parser";
import { testParser } from "./parsers";

let parser: SqlParser;
beforeAll(async () => {
  parser = await testParser();
});

function open(text: string): SqlDocument {
  return new SqlDocument("a.sql", text, parser);
}

/** What can be seen of a document, without object identities. */
function seen(document: SqlDocument): unknown {
  return {
    statements: document.statements.map(({ start, parsed }) => ({ start, text: parsed.text, problem: parsed.problem })),
    problems: document.problems.map(({ problem, range, statement }) => ({ problem, range, at: document.statements.indexOf(statement) })),
    comments: document.comments,
    templated: document.templated,
  };
}

// Pieces that open and close everything, so that edits break and mend what is around them.
const pieces = [
  "create table a (id int);\n", "create table b (\n  id int\n);\n", "alter table a\n  add column b int;\n", "select 1", ";", ";\n", "\n", " ", "-- migrate:down\n", "--> statement-breakpoint\n", "'", "''", '"',
  "$$", "$x$", "--", "-- note\n", "/*", "*/", "/* c */", "(", ")", "\\", "\\connect x\n", "\\.\n", "copy t from stdin;\n", "1\t2\n", "\ufeff",
  "create function f() returns int language sql begin atomic select 1; end;\n", "case", "end", "begin atomic", "e'", "\\'", "é", "😀",
  "create function g() returns trigger language plpgsql as $$\nbegin\n  update t set a = 1;\n  return new;\nend $$;\n", "do $$ begin end $$;\n",
  "insert into t values ('x');\n", "update t\nset a = 1;\n", "set x = 1;\n", "comment on table a is 'it''s';\n", "{{ x }}", "create", "table", "a", "1",
];

describe("update", () => {
  const piece = fc.constantFrom(...pieces);
  const text = fc.array(piece, { maxLength: 30 }).map((all) => all.join(""));
  const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat(40), insert: fc.array(piece, { maxLength: 3 }).map((all) => all.join("")) });

  test("gives the same as a fresh document", () => {
    fc.assert(
      fc.property(text, fc.array(edit, { minLength: 1, maxLength: 6 }), (before, edits) => {
        const document = open(before);
        for (const { at, remove, insert } of edits) {
          const old = document.text;
          const statements = document.statements;
          const from = Math.floor(at * old.length);
          const change = document.update(old.slice(0, from) + insert + old.slice(from + remove));
          expect(seen(document)).toEqual(seen(open(document.text)));
          // What is said to be removed and added is the whole difference.
          const gone = new Set(change.removed);
          expect(document.statements.filter((statement) => !change.added.includes(statement))).toEqual(statements.filter((statement) => !gone.has(statement)));
          expect(change.added.every((statement) => !statements.includes(statement))).toBe(true);
          for (const { start, parsed } of document.statements) expect(document.text.startsWith(parsed.text, start)).toBe(true);
        }
      }),
      { numRuns: Number(process.env["FUZZ"] ?? 1_500) },
    );
  });
});
