// A schema that is edited reads the same as one that is read afresh, and has the same findings; what is half typed keeps what it last was.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writtenPlace } from "../../server/src/drizzle/statement";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { nodeFileSystem } from "../../server/src/project/nodeFileSystem";
import { Workspace } from "../../server/src/project/workspace";
import { startOf } from "../../server/src/lint/files";
import { rules } from "../../server/src/rules/index.generated";
import type { Place } from "../../server/src/schema/model";

const samples = join(import.meta.dirname, "../workspaces/drizzle");

const at = (place: Place): string => {
  const { anchor, range } = writtenPlace(place);
  return `${anchor.file.slice(samples.length)}:${startOf({ anchor, range })}+${range.end - range.start}`;
};

/** Each statement with the place of each part of it, and each finding with all that it says. */
function shown(workspace: Workspace): string[] {
  const statements = workspace.databases.flatMap(({ drizzle }) => drizzle?.current.statements ?? []);
  const findings = workspace.files.flatMap((file) => workspace.findings(file));
  return [
    ...statements.map(({ parsed, place, segments }) => `${parsed.text}\n${[place, ...segments.map((segment) => segment.place)].map(at).join(" ")}`),
    ...findings.map(({ rule, severity, object, message, place, related }) => JSON.stringify([rule, severity, object, message, at(place), related.map((each) => [each.message, at(each.place)])])).sort(),
  ];
}

/** The same numbers each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
}

function edited(text: string, next: (below: number) => number): string {
  const lines = text.split("\n");
  const line = next(lines.length);
  switch (next(5)) {
    case 0:
      return lines.toSpliced(line, 1).join("\n");
    case 1:
      return lines.toSpliced(line, 0, "// a line more").join("\n");
    case 2:
      return lines.with(line, lines[line]!.replace(/(?<=["'])\w/, "x")).join("\n");
    case 3:
      return lines.with(line, lines[line]!.replace(/\.\w+\([^()]*\)/, "")).join("\n");
    default:
      return lines.with(line, `${lines[line]!} `).join("\n");
  }
}

describe.each(readdirSync(samples))("%s", (name) => {
  it("reads and says the same after any edits as afresh", async () => {
    const texts = new Map<string, string>();
    const open = (): Promise<Workspace> => Workspace.open({ folder: join(samples, name), fileSystem: nodeFileSystem, rules, trusted: false, overlay: (file) => texts.get(file) ?? null });
    const workspace = await open();
    const before = shown(workspace);
    const next = numbers(name.length);
    const files = workspace.files.filter((file) => workspace.isCode(file));
    for (let i = 1; i <= 12; i++) {
      const file = files[next(files.length)]!;
      const original = workspace.text(file)!;
      const text = edited(original, next);
      workspace.setCode(file, text);
      await workspace.settleCode(file);
      const isWhole = workspace.databases.every(({ drizzle }) => drizzle?.module(file)?.isHalfTyped !== true);
      if (isWhole) texts.set(file, text);
      else workspace.setCode(file, original);
      await workspace.settleCode(file);
      const now = shown(workspace);
      if (i % 6 === 0) expect(now).toEqual(shown(await open()));
    }
    for (const file of texts.keys()) {
      const read = await nodeFileSystem.read(file);
      workspace.setCode(file, "text" in read ? read.text : "");
      await workspace.settleCode(file);
    }
    expect(shown(workspace)).toEqual(before);
  }, 30_000);
});

describe("what is half typed", () => {
  const files = {
    "/p/package.json": '{"dependencies":{"drizzle-orm":"^0.45.0"}}',
    "/p/drizzle.config.ts": 'export default { dialect: "postgresql", schema: "./schema.ts", out: "./drizzle" };',
    "/p/schema.ts": `import { bigint, index, pgTable, text } from "drizzle-orm/pg-core";

export const users = pgTable("users", { id: bigint({ mode: "number" }).primaryKey(), email: text().notNull() });

export const orders = pgTable("orders", {
  id: bigint({ mode: "number" }).primaryKey(),
  userId: bigint({ mode: "number" }).references(() => users.id),
});

export const notes = pgTable("notes", {
  id: bigint({ mode: "number" }).primaryKey(),
  orderId: bigint({ mode: "number" }).references(() => orders.id),
}, (t) => [index("notes_order_idx").on(t.orderId)]);

export const tags = pgTable("tags", { name: text() });
`,
  };
  const file = "/p/schema.ts";
  const open = (): Promise<Workspace> => Workspace.open({ folder: "/p", fileSystem: memoryFileSystem(files), rules, trusted: false });
  const said = (workspace: Workspace): string[] => workspace.findings(file).map((finding) => `${finding.rule} ${finding.object ?? ""}`);

  it.each([
    ["a call that is not closed", 'email: text().notNull() });', "email: text(.notNull() });"],
    ["a property without its end", "  userId: bigint({ mode: \"number\" }).references(() => users.id),", "  userId: bigint({ mode: \"number\" }).references(() => us"],
    ["an object that is not closed", "  userId: bigint({ mode: \"number\" }).references(() => users.id),\n});", "  userId: bigint({ mode: \"number\" }).references(() => users.id),\n"],
    ["a text that is not closed", 'pgTable("orders", {', 'pgTable("orders, {'],
    ["a template that is not closed", 'export const notes = pgTable("notes", {', "export const notes = pgTable(`notes, {"],
    ["an import that is not closed", "import { bigint, index, pgTable, text } from", "import { bigint, index, pgTable, text, from"],
  ])("keeps what it was: %s", async (_, from, to) => {
    const workspace = await open();
    const before = said(workspace);
    expect(before.length).toBeGreaterThan(1);
    const text = files[file].replace(from, to);
    expect(text).not.toBe(files[file]);
    workspace.setCode(file, text);
    expect(said(workspace)).toEqual(before);
    workspace.setCode(file, `// a line\n${text}`);
    expect(said(workspace)).toEqual(before);
    workspace.setCode(file, files[file]);
    expect(said(workspace)).toEqual(before);
  });

  it("stays where its text is", async () => {
    const workspace = await open();
    workspace.setCode(file, `// a line more\n${files[file].replace("email: text().notNull()", "email: text(.notNull()")}`);
    const finding = workspace.findings(file).find(({ rule }) => rule === "index/unindexed-foreign-key")!;
    const start = startOf(finding.place);
    expect(workspace.text(file)!.slice(start, start + finding.place.range.end - finding.place.range.start)).toBe("references(() => users.id)");
  });

  it("is no longer there once its statement is gone and the text is whole again", async () => {
    const workspace = await open();
    workspace.setCode(file, files[file].replace('export const tags = pgTable("tags", { name: text() });', 'export const tags = pgTable("tags", { name: text() '));
    expect(workspace.databases[0]!.declared()!.tables().map(({ name }) => name).sort()).toEqual(["notes", "orders", "tags", "users"]);
    workspace.setCode(file, files[file].replace('export const tags = pgTable("tags", { name: text() });', ""));
    expect(workspace.databases[0]!.declared()!.tables().map(({ name }) => name).sort()).toEqual(["notes", "orders", "users"]);
  });

  it("is no table that an edit makes unknown: nothing is missing from that", async () => {
    const workspace = await open();
    expect(said(workspace)).toContain("schema/missing-primary-key public.tags");
    workspace.setCode(file, files[file].replace("{ name: text() }", "{ name: text(), ...columns() }"));
    expect(said(workspace).filter((each) => each.endsWith("public.tags"))).toEqual([]);
  });

  it("is not fixed", async () => {
    const workspace = await open();
    workspace.setCode(file, files[file].replace("email: text().notNull()", "email: text(.notNull()"));
    expect(workspace.findings(file).flatMap((finding) => workspace.fixes(finding))).toEqual([]);
  });
});
