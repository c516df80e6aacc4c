// The rules agree with their own proofs: where a server shows the harm the rule speaks, where it shows none it is
// silent. (That servers show it, test/postgres/proofs.test.ts says.)

import { describe, expect, it } from "vitest";
import { rules } from "../../server/src/rules/index.generated";
import type { Proof, Rule, RuleId } from "../../server/src/rules/rule";
import { lintExample } from "../../server/generate/lintExample";

const judged: readonly RuleId[] = [
  "migration/add-column-not-null-without-default",
  "migration/add-column-volatile-default",
  "migration/change-column-type",
  "migration/check-not-valid",
  "migration/create-index-not-concurrent",
  "migration/drop-index-not-concurrent",
  "migration/foreign-key-not-valid",
  "migration/missing-lock-timeout",
  "migration/set-not-null-scan",
  "migration/unique-constraint-without-index",
];

/** What a rule does not see, or leaves to another one. */
const exceptions: Readonly<Record<string, string>> = {
  "ALTER TABLE t ALTER x TYPE timestamptz": "the session's TimeZone is not known to the rules",
  "ALTER TABLE users ADD PRIMARY KEY USING INDEX u": "a primary key that sets NOT NULL is a rule of its own",
};

describe.each(rules.filter((rule) => judged.includes(rule.id)))("$id", (rule) => {
  const proofs = (rule.proof ?? []).filter((proof) => exceptions[proof.statement] === undefined && (proof.locks ?? proof.scans ?? proof.rewrites ?? proof.fails) !== undefined);
  it.each(proofs.map((proof, i) => ({ name: `${i + 1}: ${proof.statement} after ${proof.given.slice(-1).join("")}`, proof })))("$name", async ({ proof }) => {
    const postgresVersion = proof.versions?.at(-1) ?? 18;
    const example = { kind: "bad" as const, given: `${proof.given.join(";\n")};\n`, sql: `${proof.statement};\n`, postgresVersion };
    const linted = await lintExample(example, rules);
    expect(linted.workspace.faults).toEqual([]);
    const speaks = linted.findings.some((finding) => finding.rule === rule.id && finding.place.anchor.file === linted.file);
    expect(speaks).toBe(isHarm(rule, proof));
  });
});

/** Rules that say of a statement that it fails: where a server says so too, with its code, and nowhere else. */
const foretelling: readonly RuleId[] = [
  "migration/breaks-dependents",
  "migration/drop-constraint",
  "migration/drop-index-of-constraint",
  "migration/drop-not-null",
  "migration/drop-schema",
  "migration/drop-sequence",
  "migration/truncate",
  "migration/type-narrowing",
];

describe.each(rules.filter((rule) => foretelling.includes(rule.id)))("$id foretells", (rule) => {
  const proofs = (rule.proof ?? []).filter(({ statement }) => /^(?:alter|drop|truncate)\b/i.test(statement) && !/\badd\b|set not null/i.test(statement));
  it.each(proofs.map((proof, i) => ({ name: `${i + 1}: ${proof.statement}: ${proof.fails ?? "goes through"}`, proof })))("$name", async ({ proof }) => {
    const options = { [rule.id]: "warning" };
    const example = { kind: "bad" as const, given: `${proof.given.join(";\n")};\n`, sql: `${proof.statement};\n`, options };
    const linted = await lintExample(example, rules);
    expect(linted.workspace.faults).toEqual([]);
    const said = linted.findings.filter((finding) => finding.rule === rule.id && finding.place.anchor.file === linted.file).map(({ message }) => message);
    if (proof.fails === undefined) expect(said.filter((message) => /^[^:.]* fails \(/.test(message))).toEqual([]);
    else expect(said.join("\n")).toContain(`(${proof.fails})`);
  });
});

function isHarm(rule: Rule, proof: Proof): boolean {
  const strong = Object.values(proof.locks ?? { unknown: "AccessExclusiveLock" }).some((mode) => ["ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"].includes(mode));
  if (proof.fails !== undefined) return proof.fails === "23502" || (proof.fails === "0A000" && rule.id === "migration/create-index-not-concurrent");
  switch (rule.id) {
    case "migration/add-column-not-null-without-default":
      return false;
    case "migration/missing-lock-timeout":
    case "migration/drop-index-not-concurrent":
      return strong;
    case "migration/add-column-volatile-default":
      return (proof.rewrites ?? []).length > 0;
    case "migration/set-not-null-scan":
      return strong && (proof.scans ?? []).length > 0 && !proof.statement.startsWith("ALTER TABLE users VALIDATE");
    default:
      return strong && ((proof.scans ?? []).length > 0 || (proof.rewrites ?? []).length > 0);
  }
}

/** What a security rule claims of rows is shown with the rows of two owners, by a role that policies hold for. */
const withoutRows: Readonly<Partial<Record<RuleId, string>>> = {
  "security/policy-command-mismatch": "Postgres refuses the statement itself (42601)",
  "security/policy-missing-column": "Postgres refuses the statement itself (42703)",
};

describe.each(rules.filter((rule) => rule.id.startsWith("security/") && rule.on !== "engine" && withoutRows[rule.id] === undefined))("$id is proved", ({ proof = [] }) => {
  const asRole = proof.filter(({ given }) => given.some((statement) => /^SET (?:SESSION |LOCAL )?ROLE (?!NONE)/i.test(statement)));

  it("as a role without BYPASSRLS, the harm and the way out of it", () => {
    const outcomes = asRole.map(({ rows, fails, plan, locks }) => JSON.stringify([rows, fails, plan, locks]));
    expect(new Set(outcomes).size).toBeGreaterThanOrEqual(2);
  });

  it("over the rows of two owners", () => {
    expect(asRole.some(({ given }) => given.some(holdsTwoRows))).toBe(true);
  });
});

it("excepts no security rule that is proved", () => {
  for (const id of Object.keys(withoutRows)) expect(rules.find((rule) => rule.id === id)?.proof?.some(({ given }) => given.some(holdsTwoRows)) ?? true, id).toBe(false);
});

function holdsTwoRows(statement: string): boolean {
  return /^INSERT INTO .*(?:\)\s*,\s*\(|generate_series)/is.test(statement);
}
