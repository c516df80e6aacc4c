import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SqlDocument } from "../../server/src/sql/document";
import { nestingLimit } from "../../server/src/sql/guard";
import { SqlParser } from "../../server/src/sql/parser";
import { grammarVersions } from "../../server/src/sql/statement";
import { walk } from "../../server/src/sql/walk";
import type { PgQueryInstance } from "../../server/src/sql/wasm";
import { freshParser, testParser } from "./parsers";

/** No input may cost more. Milliseconds of this process's own work: the machine may be busy with others. */
const patience = 2_000;

function timed<T>(work: () => T): T {
  const start = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1_000).toBeLessThan(patience);
  return result;
}

describe.each(grammarVersions)("version %i", (version) => {
  test.each<[string, string, string]>([
    ["10,000 parentheses", `select ${"(".repeat(10_000)}1${")".repeat(10_000)}`, "nesting"],
    ["10,000 open parentheses", `select ${"(".repeat(10_000)}`, "nesting"],
    ["10,000 brackets", `select ${"array[".repeat(10_000)}`, "nesting"],
    ["10,000 CASEs", `select ${"case when a then ".repeat(10_000)}1${" end".repeat(10_000)}`, "nesting"],
    ["100,000 open comments", `select 1 ${"/*".repeat(100_000)}`, "nesting"],
    ["a NUL", "select 1; \0 drop table t", "nul"],
    ["5 MB", `insert into t values ${"(1, 'abcdefgh'),\n".repeat(312_500)}(1, 'x')`, "size"],
    ["0.4 million characters of 3 bytes", `select '${"あ".repeat(400_000)}'`, "size"],
  ])("%s", async (_, text, reason) => {
    const parser = await testParser(version);
    expect(timed(() => parser.parse(text)).problem).toMatchObject({ kind: "guard", reason });
  });

  test("just under the limits", async () => {
    const parser = await freshParser(version);
    for (const text of [
      `select ${"(".repeat(nestingLimit)}1${")".repeat(nestingLimit)}`,
      `select ${"(select ".repeat(nestingLimit)}1${")".repeat(nestingLimit)}`,
      `select ${"case when a then ".repeat(nestingLimit)}1${" end".repeat(nestingLimit)}`,
      `select ${"array[".repeat(nestingLimit)}1${"]".repeat(nestingLimit)}`,
      `select ${"f(".repeat(nestingLimit)}1${")".repeat(nestingLimit)}`,
    ]) {
      const { node, problem } = timed(() => parser.parse(text));
      expect(problem).toBeNull();
      let nodes = 0;
      walk(node, () => {
        nodes++;
      });
      expect(nodes).toBeGreaterThan(1);
    }
  });

  test("a chain too long for the stack is a fault, and the parser goes on", async () => {
    const parser = await freshParser(version);
    for (let i = 0; i < 30; i++) {
      expect(timed(() => parser.parse(`select ${i}${"+1".repeat(20_000)}`)).problem?.kind).toBe("fault");
      await parser.ready;
      expect(parser.parse(`select ${i}`).problem).toBeNull();
    }
  });
});

describe("a lost instance", () => {
  function fake(answer: () => number): PgQueryInstance {
    return {
      _malloc: () => 8, _free: () => undefined, _wasm_free_parse_result: () => undefined, getValue: () => 0, UTF8ToString: () => "", stringToUTF8: () => undefined,
      _wasm_parse_query_raw: answer,
    };
  }
  const failing = fake(() => {
    throw new RangeError("Maximum call stack size exceeded");
  });

  test("is replaced by the spare, then by a new one; until then nothing is cached", async () => {
    const good = await freshParser();
    let created = 0;
    const parser = new SqlParser(
      { version: 18 },
      () => {
        created++;
        return new Promise(() => undefined);
      },
      failing,
      failing,
    );
    expect(good.parse("select 1").problem).toBeNull();
    expect(parser.parse("select 1").problem).toMatchObject({ kind: "fault", message: "The SQL parser failed: Maximum call stack size exceeded" });
    expect(parser.parse("select 2").problem).toMatchObject({ kind: "fault" });
    // Neither an instance nor a spare is left.
    const waiting = parser.parse("select 3");
    expect(waiting.problem).toMatchObject({ kind: "fault", message: "The SQL parser is starting again." });
    expect(created).toBe(2);
    expect(parser.parse("select 3")).not.toBe(waiting);
    // What failed by itself will fail again.
    expect(parser.parse("select 1")).toBe(parser.parse("select 1"));
  });

  test("a document reads again what had to wait", async () => {
    const good = await freshParser();
    let waiting = true;
    const parser = { parse: (text: string) => (waiting ? { ...good.parse("select 1 1"), problem: { kind: "fault" as const, message: "", range: { start: 0, end: 1 } }, text } : good.parse(text)) };
    const document = new SqlDocument("a.sql", "select 1;\nselect 2;", parser as unknown as SqlParser);
    expect(document.problems).toHaveLength(2);
    waiting = false;
    const { removed, added } = document.update(document.text);
    expect([removed.length, added.length]).toEqual([2, 2]);
    expect(document.problems).toHaveLength(0);
  });
});

test("the cache is bounded by characters", async () => {
  const parser = await freshParser(18, 100);
  const first = parser.parse("select 1");
  expect(parser.parse("select 1")).toBe(first);
  for (let i = 0; i < 20; i++) parser.parse(`select 1000${i}`);
  expect(parser.parse("select 1")).not.toBe(first);
});

test("psql's variables stand for what they are replaced by", async () => {
  const parser = await testParser();
  for (const text of [`select :a, :'b' from :"c"`, "create table :schema.t (a int default :x)", "alter role r password :'p'", "select a[1:2], b::int from t limit :n"]) {
    expect(parser.parse(text).problem, text).toBeNull();
    expect(parser.parse(text).text).toBe(text);
  }
  expect(parser.parse("select :a from from").problem).toMatchObject({ message: 'syntax error at or near ":"' });
});

test("random text: never a crash, never slow", async () => {
  const parser = await testParser();
  const unit = fc.oneof(fc.string({ unit: "binary", minLength: 1, maxLength: 3 }), fc.constantFrom("\0", "\ud800", "\udc00", "select ", "create function ", "begin atomic ", "$$", "'", "e'", "\\", "/*", "(", ";\n", "copy t from stdin;\n", "do $$", "{{", ":x"));
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 40 }), fc.nat(), (units, cut) => {
      const text = units.join("");
      timed(() => {
        const document = new SqlDocument("a.sql", text, parser);
        for (const { start, parsed } of document.statements) {
          expect(text.startsWith(parsed.text, start)).toBe(true);
          expect(parsed.tokens.every((token) => token.end <= parsed.text.length)).toBe(true);
          for (const inner of parsed.body?.statements ?? []) expect(inner.start + inner.parsed.text.length).toBeLessThanOrEqual(parsed.text.length);
          if (parsed.problem !== null) expect(parsed.problem.range.end).toBeLessThanOrEqual(parsed.text.length);
        }
        for (const comment of document.comments) expect(text.startsWith(comment.text, comment.start)).toBe(true);
        if (document.templated !== null) expect(document.problems).not.toHaveLength(0);
        document.update(text.slice(0, cut % (text.length + 1)));
      });
    }),
    { numRuns: 3_000 },
  );
  const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7919 + (i >> 3) * 104_729) & 255));
  timed(() => new SqlDocument("a.sql", bytes.toString("latin1"), parser));
  timed(() => new SqlDocument("a.sql", bytes.toString("utf8"), parser));
});

test.each<[string, string]>([
  ["open parentheses, one a line", "create table t (\n".repeat(5_000)],
  ["open quotes, one a line", "select 'a\n".repeat(5_001)],
  ["broken statements, one a line", "create tabel t (a int);\n".repeat(10_000)],
  ["broken statements without ;", "create tabel t (a int)\n".repeat(10_000)],
  ["right statements without ;", "create table t (a int)\n".repeat(10_000)],
  ["open dollar quotes", "create function f() returns int as $a$\nselect 1;\n".repeat(5_001)],
  ["open comments", "/* a\nselect 1;\n".repeat(5_000)],
  ["a template", "select {{ x }} from t;\n".repeat(5_000)],
  ["nested comments, open", `${"/*".repeat(100_000)}\nselect 1;`],
  ["5 MB of one statement", `insert into t values\n${"(1, 'select a from b'),\n".repeat(220_000)}(1, 'x');\nselect 1;`],
])("a whole file of %s", async (_, text) => {
  const parser = await freshParser();
  const document = timed(() => new SqlDocument("a.sql", text, parser));
  timed(() => document.update(`${text.slice(0, 100)} ${text.slice(100)}`));
  timed(() => document.problems);
});
