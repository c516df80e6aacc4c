import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { splitStatements } from "../../server/src/sql/splitter";
import { instantiate, parseRaw, type PgQueryFactory } from "../../server/src/sql/wasm";
import { byteOffsets, utf8Length } from "../../server/src/text/utf8";
import { sqlFiles } from "./corpus";
import { testModule } from "./parsers";

function split(text: string): string[] {
  return splitStatements(text).map(({ kind, first, last }) => (kind === "metaCommand" ? "meta " : "") + text.slice(first, last));
}

describe("psql's rules", () => {
  test.each<[string, string[]]>([
    ["", []],
    [" -- a\n/* b */ ;; ", []],
    ["select 1", ["select 1"]],
    ["select 1;select 2 ;\n\n-- c\nselect\n\n3 -- d\n;", ["select 1", "select 2", "select\n\n3"]],
    ["\ufeffselect 1;", ["select 1"]],
    ["select ';', \";\", $$;$$, /*;*/ (;);", ["select ';', \";\", $$;$$, /*;*/ (;)"]],
    ["select 1) ; select 2", ["select 1)", "select 2"]],
    ["create function f() begin atomic select 1; select case when a then b end; end; select 2", ["create function f() begin atomic select 1; select case when a then b end; end", "select 2"]],
    ["create table begin (atomic int); select 1;", ["create table begin (atomic int)", "select 1"]],
    ["begin; select 1; end; select 2", ["begin", "select 1", "end", "select 2"]],
    ["create function f(begin int) returns int return 1; select 2", ["create function f(begin int) returns int return 1", "select 2"]],
    // Meta commands
    ["\\connect a;b\nselect 1 \\gx\nselect 2;", ["meta \\connect a;b", "select 1", "meta \\gx", "select 2"]],
    ["select 1\\; select 2;", ["select 1", "meta \\;", "select 2"]],
    // COPY
    ["copy t (a) from stdin;\n1;\t'x\n\\.\nselect 1;", ["copy t (a) from stdin", "select 1"]],
    ["COPY t FROM STDIN WITH (format csv); -- c\r\na;b\r\n\\.\r\nselect 1;", ["COPY t FROM STDIN WITH (format csv)", "select 1"]],
    ["copy t from stdin;\na\\.\n \\.\nselect 1;", ["copy t from stdin"]],
    ["copy t from 'stdin';\nselect 1;", ["copy t from 'stdin'", "select 1"]],
    ["copy t to stdout;\nselect 1;", ["copy t to stdout", "select 1"]],
    ["copy (select a from stdin) to stdout;select 1;", ["copy (select a from stdin) to stdout", "select 1"]],
    // Where migration tools cut
    ["-- +goose StatementBegin\nselect 1\n-- +goose StatementEnd\nselect 2;", ["select 1", "select 2"]],
    ["select (1\n-- migrate:down\nselect 2\n--changeset a:1\nselect 3--> statement-breakpoint\nselect 4", ["select (1", "select 2", "select 3", "select 4"]],
    ["select 1 -- migrate:down\n, 2;", ["select 1 -- migrate:down\n, 2"]],
    ["select '\n-- migrate:down\n', 2;", ["select '\n-- migrate:down\n', 2"]],
    // What never ends
    ["select 'a; select 1;", ["select 'a; select 1;"]],
    ["select (1; select 2;", ["select (1; select 2;"]],
    ["select 1; /* a; select 2;", ["select 1", "/* a; select 2;"]],
  ])("%j", (text, expected) => expect(split(text)).toEqual(expected));

  test("splitting again from any boundary gives the same", () => {
    for (const { text } of sqlFiles()) {
      const chunks = splitStatements(text);
      for (const [i, { start }] of chunks.entries()) {
        if (i % Math.ceil(chunks.length / 20) === 0) expect(splitStatements(text, start)).toEqual(chunks.slice(i));
      }
    }
  });
});

describe("beside Postgres's own split of a whole file", async () => {
  const factory = createRequire(import.meta.url)("libpg-query-18/wasm/libpg-query.js") as PgQueryFactory;
  const instance = await instantiate(factory, testModule(18));
  test.each(sqlFiles().map((file) => [file.name, file.text] as const))("%s", (_, text) => {
    const chunks = splitStatements(text);
    // psql's own lines are none of Postgres's business, and it reads whole files only if all of it is right.
    if (chunks.some((chunk) => chunk.kind === "metaCommand" || chunk.end !== chunk.codeEnd)) return;
    const raw = parseRaw(instance, text, utf8Length(text));
    if (!raw.ok) return;
    const { stmts = [] } = JSON.parse(raw.json) as { stmts?: { stmt_location?: number; stmt_len?: number }[] };
    const utf16 = byteOffsets(text);
    expect(chunks.map(({ first, last }) => [first, last])).toEqual(
      stmts.map(({ stmt_location: from = 0, stmt_len: length }) => {
        const own = text.slice(utf16(from), length === undefined ? undefined : utf16(from + length));
        // stmt_len holds comments before the `;`, as one chunk's end may.
        const only = splitStatements(own)[0]!;
        return [utf16(from) + only.first, utf16(from) + only.last];
      }),
    );
  });
});
