// What holds for any input: nothing throws, nothing is lost, nothing is counted twice.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseConfiguration } from "../../server/src/project/configuration";
import { isInside } from "../../server/src/project/paths";
import { insertionOffset, nextMigration, readRegions, withoutTransaction } from "../../server/src/project/readVersions";
import { toolIds } from "../../server/src/project/tools/toolIds";
import { plainTransaction } from "../../server/src/project/tools/plain";
import type { History } from "../../server/src/project/tools/tool";
import { applyEdits } from "../../server/src/text/edit";
import { discoverIn, root } from "./project";

const line = fc.constantFrom(
  "-- +goose Up", "-- +goose Down", "-- +goose StatementBegin", "-- +goose StatementEnd", "-- +goose NO TRANSACTION",
  "-- migrate:up", "-- migrate:down transaction:false", "-- no-transaction", "-- Up Migration", "-- Down Migration",
  "--liquibase formatted sql", "--changeset a:1", "--changeset \"b c\":2 dbms:mysql", "--changeset", "--comment: x", "--rollback DROP TABLE a;",
  "SELECT 1;", "CREATE TABLE a (", ");", "'", "$$", "", "--> statement-breakpoint", "\u{1F600}",
); // prettier-ignore
const text = fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n", "\r", ""))).map((lines) => lines.map((each) => each.join("")).join(""));
const tool = fc.constantFrom(...toolIds);

function historyOf(id: (typeof toolIds)[number]): History {
  return { tool: id, folder: "/repo/db", layout: "files", files: [{ file: "/repo/db/V1__a.sql", version: "V1__a", direction: "up", repeatable: false }], transaction: plainTransaction, journal: null, problems: [] };
}

describe("any text of any tool", () => {
  it("is cut into regions that lie in it one after the other", () => {
    fc.assert(
      fc.property(tool, text, (id, content) => {
        let end = 0;
        for (const { range } of readRegions(historyOf(id), historyOf(id).files[0]!, content)) {
          expect(range.start).toBeGreaterThanOrEqual(end);
          expect(range.end).toBeGreaterThanOrEqual(range.start);
          end = range.end;
        }
        expect(end).toBeLessThanOrEqual(content.length);
      }),
      { numRuns: 300 },
    );
  });

  it("takes insertions and markers inside of itself", () => {
    fc.assert(
      fc.property(tool, text, fc.nat(), fc.nat(), (id, content, a, b) => {
        const [start, end] = [a % (content.length + 1), b % (content.length + 1)].sort((x, y) => x - y) as [number, number];
        const before = insertionOffset(historyOf(id), content, { start, end }, "before");
        const after = insertionOffset(historyOf(id), content, { start, end }, "after");
        expect(before).toBeLessThanOrEqual(start);
        expect(before).toBeGreaterThanOrEqual(0);
        expect(after).toBeLessThanOrEqual(content.length);
        const [region] = readRegions(historyOf(id), historyOf(id).files[0]!, content);
        const edits = withoutTransaction(historyOf(id), historyOf(id).files[0]!, content, region?.version ?? "x") ?? [];
        expect(() => applyEdits(content, edits.flatMap((edit) => (edit.kind === "edit" ? [edit] : [])))).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});

describe("any files", () => {
  const part = fc.constantFrom("db", "migrations", "supabase", "drizzle", "down", "up", "mysql", "1_a", "2024-01-01-000000_x", "1700000000000_y", "V1__a", "meta", "tests", "a b", "ü", "(x)[1]{2}*");
  const name = fc.constantFrom("1_a.sql", "2_b.sql", "10.sql", "V1__a.sql", "V2_b.sql", "R__c.sql", "U1__a.sql", "1_a.up.sql", "1_a.down.sql", "up.sql", "down.sql", "migration.sql", "schema.sql", "_.sql", ".sql", "x.mysql.sql", "99999999999999999999_z.sql", "-1.sql", "v1-a.sql");
  const marker = fc.constantFrom("Cargo.toml", "package.json", "drizzle.config.ts", "meta/_journal.json", "snapshot.json", "migration_lock.toml", "config.toml", "config.yaml", "diesel.toml", "changelog.xml", "plumbline.json", "flyway.conf", "x.prisma", "metadata.toml");
  const content = fc.oneof(text, fc.constantFrom("", "{}", "[]", "{", '{"entries":[{"tag":"1_a","when":"x"},{"tag":7},null]}', 'sqlx = "1"', '{"dependencies":7}', 'provider = "postgresql"', "project_id = 1\n[api]\nschemas = [", '{"databases":[{"migrations":{"include":["**/*.sql"]}}]}', '<include file="../1_a.sql"/><includeAll path="."/>'));
  const path = fc.tuple(fc.array(part, { maxLength: 3 }), fc.oneof({ weight: 3, arbitrary: name }, { weight: 1, arbitrary: marker })).map(([folders, file]) => [...folders, file].join("/"));

  it("are each judged once, or left out with a reason", async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(path, content, { maxKeys: 14 }), async (files) => {
        const project = await discoverIn(files);
        const nested = (file: string): boolean => project.nestedRoots.some((each) => isInside(each, file));
        const expected = Object.keys(files).filter((each) => each.endsWith(".sql")).map((each) => `${root}/${each}`).filter((each) => !nested(each));
        const inHistories = project.databases.flatMap(({ history }) => history.files.map(({ file }) => file));
        const judged = [...inHistories, ...project.singles.map(({ file }) => file)];
        expect(new Set(judged).size).toBe(judged.length);
        const skipped = project.skipped.map(({ file }) => file);
        for (const file of expected) expect(judged.includes(file) || skipped.some((each) => isInside(each, file)), file).toBe(true);
        for (const { history } of project.databases) {
          const made = nextMigration(history, { slug: "x", now: new Date(), statements: ["SELECT 1"], outsideTransaction: true }, (each) => files[each.slice(root.length + 1)] ?? null);
          expect(made.edits.length).toBeGreaterThan(0);
          for (const edit of made.edits) if (edit.kind === "create") expect(judged).not.toContain(edit.file);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("any plumbline.json", () => {
  it("is read without a fault, and its problems lie in it", () => {
    const piece = fc.constantFrom("{", "}", "[", "]", ":", ",", '"rules"', '"databases"', '"migrations"', '"after"', '"include"', '"preset"', '"strict"', "1", "true", "null", "// x\n", '"off"', '"overrides"', '"files"');
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.array(piece).map((pieces) => pieces.join(""))), (content) => {
        for (const { range } of parseConfiguration("/repo/plumbline.json", content).problems) {
          expect(range.start).toBeGreaterThanOrEqual(0);
          expect(range.end).toBeLessThanOrEqual(Math.max(content.length, range.start));
        }
      }),
      { numRuns: 500 },
    );
  });
});
