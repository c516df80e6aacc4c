// Handmade results for the tests of the formats.

import type { CheckResult, ReportedFinding } from "../../server/src/lint/reported";
import { plain } from "../../server/src/report/palette";
import type { ReportInput } from "../../server/src/report/report";
import { defineRule, type Rule } from "../../server/src/rules/rule";

export const files: Readonly<Record<string, string>> = {
  "db/0001_orders.sql": "CREATE TABLE orders (\n\tid bigint PRIMARY KEY,\n  user_id bigint REFERENCES users (id)\n);\n",
  "db/0002_notes.sql": "COMMENT ON TABLE orders IS '注文 🛒'; DROP TABLE notes;\n",
};

export function range(startLine: number, startCharacter: number, endLine: number, endCharacter: number): ReportedFinding["range"] {
  return { start: { line: startLine, character: startCharacter }, end: { line: endLine, character: endCharacter } };
}

export function finding(changes: Partial<ReportedFinding> = {}): ReportedFinding {
  return {
    rule: "index/unindexed-foreign-key",
    severity: "error",
    message: "No index leads with orders.user_id.",
    file: "db/0001_orders.sql",
    range: range(2, 2, 2, 9),
    object: "public.orders.user_id",
    fingerprint: "f1",
    help: "Create an index whose first column is the key.",
    released: false,
    related: [],
    fixes: [],
    ...changes,
  };
}

export function result(changes: Partial<CheckResult> = {}): CheckResult {
  return {
    findings: [finding()],
    summary: { files: 2, statements: 3, released: 1, pending: 1, accepted: 0 },
    skipped: [],
    errors: [],
    text: (file) => files[file] ?? null,
    ...changes,
  };
}

export const rules: readonly Rule[] = [
  defineRule({
    id: "index/unindexed-foreign-key",
    aliases: ["index/missing-fk-index"],
    on: "engine",
    summary: "A foreign key has no index | of its own.",
    why: "Deleting a parent reads the whole child table.",
    whatToDo: "Create an index whose first column is the key.",
    whenNotToUse: "The parent's rows are never deleted.",
    severity: { recommended: "warning", strict: "error" },
    fix: "safe",
    sources: ["splinter:0001", "postgres:ddl-constraints"],
    examples: [],
  }),
  defineRule({
    id: "schema/serial-column",
    on: "engine",
    summary: "A serial column.",
    why: "Identity columns are standard.",
    whatToDo: "Write GENERATED ALWAYS AS IDENTITY.",
    whenNotToUse: "Old servers.",
    severity: { recommended: "off", strict: "info" },
    fix: null,
    sources: [],
    examples: [],
  }),
];

export function input(changes: Partial<ReportInput> = {}): ReportInput {
  return { result: result(), rules, toolVersion: "1.2.3", failOn: "warning", verbose: false, paint: plain, applied: null, ...changes };
}
