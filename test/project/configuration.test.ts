import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { findConfiguration, findRoot, parseConfiguration, readConfiguration } from "../../server/src/project/configuration";
import { configurationSchema } from "../../server/src/project/configurationSchema";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";

const file = "/repo/plumbline.json";
const validate = new Ajv({ strict: true, strictTuples: false, keywords: ["enumDescriptions"] }).compile(configurationSchema);

/** What the problems underline, with their messages. */
function problems(text: string): readonly string[] {
  return parseConfiguration(file, text).problems.map(({ range, message }) => `${text.slice(range.start, range.end)} | ${message}`);
}

const full = `{
  // The product's database.
  "$schema": "./x.json",
  "preset": "strict",
  "postgresVersion": 16,
  "rules": { "index/unindexed-foreign-key": "error", "schema/naming": ["info", { "style": "snake_case" }], },
  "overrides": [{ "files": ["legacy/**"], "rules": { "schema/naming": "off" } }],
  "ignore": ["dumps/", "*.gen.sql"],
  "suppressions": [{ "rule": "schema/naming", "object": "public.Events", "reason": "old" }],
  "databases": [{
    "name": "main",
    "migrations": { "include": ["db/migrations/*.sql"], "tool": "plain", "after": "0042" },
    "schema": ["src/db/schema.ts"],
    "postgresVersion": 17,
    "tenantColumns": ["tenant_id"],
    "tenantValue": "app.tenant()",
    "rls": "always",
    "tables": { "events": { "rows": 2e9 } },
    "smallTableRows": 500
  }],
}`;

describe("plumbline.json", () => {
  it("is read as the contract says", () => {
    const { configuration, problems: found } = parseConfiguration(file, full);
    expect(found).toEqual([]);
    expect(configuration).toMatchObject({
      file,
      root: "/repo",
      preset: "strict",
      postgresVersion: 16,
      rules: [
        { rule: "index/unindexed-foreign-key", severity: "error", options: null },
        { rule: "schema/naming", severity: "info", options: { style: "snake_case" } },
      ],
      overrides: [{ files: ["legacy/**"], rules: [{ rule: "schema/naming", severity: "off" }] }],
      ignore: ["dumps/", "*.gen.sql"],
      suppressions: [{ rule: "schema/naming", object: "public.Events", reason: "old" }],
      databases: [
        { name: "main", include: ["db/migrations/*.sql"], tool: "plain", after: { version: "0042" }, schema: ["src/db/schema.ts"], postgresVersion: 17, tenantColumns: ["tenant_id"], tenantValue: { text: "app.tenant()" }, rls: "always" },
      ],
    });
    expect([...configuration.databases![0]!.rows]).toEqual([["events", 2_000_000_000]]);
    expect(configuration.databases![0]!.smallTableRows).toBe(500);
    expect(configuration.postgresVersions.map(({ version, range }) => [version, full.slice(range.start, range.end)])).toEqual([[16, "16"], [17, "17"]]);
    const at = ({ start, end }: { start: number; end: number }): string => full.slice(start, end);
    expect(configuration.rules.map(({ range }) => at(range))).toEqual(["index/unindexed-foreign-key", "schema/naming"]);
    expect(at(configuration.suppressions[0]!.range)).toBe("schema/naming");
    expect(at(configuration.databases![0]!.after!.range)).toBe("0042");
    expect(at(configuration.databases![0]!.range)).toMatch(/^\{\s+"name": "main"/);
  });

  it("names what is wrong at its own place, and keeps the rest", () => {
    const text = '{"preset":"loud","ignores":[],"postgresVersion":"16","ignore":["a",1],"rules":{"x/y":"fatal","a/b":["off"]},"databases":[{"rls":true},{"name":"b"}, 7, {"name":"c","migrations":{"after":"1"}}]}';
    expect(problems(text)).toEqual([
      '"loud" | This must be one of "recommended", "strict".',
      '"ignores" | Unknown key "ignores". Known here: preset, postgresVersion, rules, overrides, ignore, suppressions, baseline, databases.',
      '"16" | This must be a whole number.',
      "1 | This must be a text.",
      '"fatal" | This must be one of "off", "error", "warning", "info", "hint".',
      "true | This must be a text.",
      "7 | This must be an object.",
    ]);
    const { configuration } = parseConfiguration(file, text);
    expect(configuration.ignore).toEqual(["a"]);
    expect(configuration.rules.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(["a/b off"]);
    expect(configuration.databases!.map(({ name }) => name)).toEqual([null, "b", "c"]);
    const last = configuration.databases![2]!;
    expect(text.slice(last.range.start, last.range.end)).toBe('{"name":"c","migrations":{"after":"1"}}');
  });

  it("keeps places right where an entry is dropped", () => {
    const text = '{"suppressions":[{"rule":"a/b"},{"rule":"c/d","object":"o","reason":"r"}],"overrides":[{"files":"x","rules":{}},{"files":["y"],"rules":{"e/f":"off"}}]}';
    const { configuration, problems: found } = parseConfiguration(file, text);
    expect(found.map(({ message }) => message)).toEqual(['"object" is missing here.', "This must be a list."]);
    expect(configuration.suppressions.map(({ range }) => text.slice(range.start, range.end))).toEqual(["c/d"]);
    expect(configuration.overrides.flatMap(({ rules }) => rules.map(({ range }) => text.slice(range.start, range.end)))).toEqual(["e/f"]);
  });

  it("reads what a half-typed file says already", () => {
    const { configuration, problems: found } = parseConfiguration(file, '{"preset":"strict","rules":{"a/b":');
    expect(configuration.preset).toBe("strict");
    expect(found.length).toBeGreaterThan(0);
    expect(parseConfiguration(file, "").problems.length).toBeGreaterThan(0);
    expect(parseConfiguration(file, "[]").problems.map(({ message }) => message)).toEqual(["This must be an object."]);
    expect(parseConfiguration(file, '{"rules":{"__proto__":"off","constructor":"off"}}').configuration.rules.map(({ rule }) => rule)).toEqual(["__proto__", "constructor"]);
  });

  it("is the nearest one upward", async () => {
    const fileSystem = memoryFileSystem({ "/repo/plumbline.json": "{}", "/repo/.git/HEAD": "", "/repo/a/b/x.sql": "", "/other/.git/HEAD": "", "/other/c/x.sql": "", "/none/x.sql": "" });
    expect(await findConfiguration("/repo/a/b", fileSystem)).toBe("/repo/plumbline.json");
    expect(await findRoot("/repo/a/b", fileSystem, ["/repo/a"])).toBe("/repo");
    expect(await findRoot("/other/c", fileSystem, ["/other/c", "/other"])).toBe("/other/c");
    expect(await findRoot("/other/c", fileSystem)).toBe("/other");
    expect(await findRoot("/none", fileSystem)).toBe("/none");
  });

  it("may be missing, and says why it cannot be read", async () => {
    const fileSystem = memoryFileSystem({ "/bad/plumbline.json": Buffer.from([0xff, 0xfe]), "/else/other.json": '{"preset":"strict"}' });
    expect(await readConfiguration("/none", fileSystem)).toMatchObject({ configuration: { file: null, databases: null }, problems: [] });
    expect((await readConfiguration("/bad", fileSystem)).problems.map(({ message }) => message)).toEqual(["This file was not read: it is not UTF-8 text."]);
    expect((await readConfiguration("/else", fileSystem, "/else/other.json")).configuration.preset).toBe("strict");
  });
});

describe("plumbline.json's schema", () => {
  it("is a JSON schema that takes the contract's example", () => {
    expect(validate(JSON.parse(full.replace(/\/\/.*/, "").replace(/,(\s*[}\]])/g, "$1"))), JSON.stringify(validate.errors)).toBe(true);
  });

  it.each([
    "{}",
    '{"preset":"x"}',
    '{"postgresVersion":16.5}',
    '{"postgresVersion":9}',
    '{"rules":{"a":["off",{}]}}',
    '{"rules":{"a":["off",{},1]}}',
    '{"rules":{"a":[]}}',
    '{"rules":{"a":[1]}}',
    '{"rules":{"a":null}}',
    '{"overrides":[{}]}',
    '{"databases":[{"tables":{"a":{"rows":-1}}}]}',
    '{"databases":[{"tables":{"a":{"rows":1,"size":2}}}]}',
    '{"databases":[{"tables":{"a":2}}]}',
    '{"databases":[{"tables":{"a":{"rows":1.5}}}]}',
    '{"databases":[{"smallTableRows":-1}]}',
    '{"postgresVersion":12}',
    '{"databases":[{"migrations":{"tool":"auto"}}]}',
    '{"databases":[{"migrations":{"tool":"single"}}]}',
    '{"databases":[{"name":""}]}',
    '{"suppressions":[{"rule":"a","object":"b","reason":"c","more":1}]}',
    '{"ignore":"x"}',
  ])("judges %s as reading does", (text) => {
    expect(parseConfiguration(file, text).problems.length === 0).toBe(validate(JSON.parse(text)));
  });
});
