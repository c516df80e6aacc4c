// docs/locks.md: what each form of DDL locks, reads and rewrites, as the model says it and test/postgres/effects.test.ts
// shows it on every supported server.

import { predict } from "./predict";
import type { Effects } from "../src/locks/effects";
import { formGroups, type Form } from "../src/locks/forms";
import { blocksReads, blocksWrites, compareModes, type LockMode } from "../src/locks/modes";
import type { SqlParser } from "../src/sql/parser";

const versions = [15, 16, 17, 18];

export function locksPage(parser: SqlParser): string {
  const groups = formGroups.flatMap(({ group, forms }) => [
    `## ${group}`,
    "",
    "| form | Postgres | locks | rows | blocks | instead |",
    "|---|---|---|---|---|---|",
    ...forms.flatMap((form) => rows(parser, form)),
    "",
  ]);
  return [
    "# Locks",
    "",
    "What each form of DDL locks, and what it does to the rows of a table that is there and filled. Every line is run on Postgres 15, 16, 17 and 18 by `test/postgres/effects.test.ts`: " +
      "locks from `pg_locks` in the open transaction, a rewrite by a table's new file, a scan by the server's counters. Plumbline's rules, its hover and its inlay hints read the same model (`server/src/locks`).",
    "",
    "- **locks**: the strongest mode on each relation, ACCESS SHARE left out. In the examples behind the lines `t` is a table, `c` one that references it, `p` a partitioned table with the partitions `p_2024` and `p_2025`, `m` a materialized view of `t`.",
    "- **rows**: *rewrites* writes every row into a new file and builds every index anew; *reads* reads every row; *builds* reads every row for an index; *empties* gives a new file without rows. All under the locks beside it.",
    "- **blocks**: what other sessions' statements wait for, on any of the tables.",
    "- A statement that waits for its lock already blocks all that come after it and conflict with it: set `lock_timeout`.",
    "",
    ...groups,
  ].join("\n");
}

function rows(parser: SqlParser, form: Form): string[] {
  const described = (form.versions ?? versions).map((version) => ({ version, text: describe(predict(parser, form.given, form.statement, version)) }));
  const different = [...new Set(described.map(({ text }) => text))];
  return different.map((text, i) => {
    const own = described.filter((each) => each.text === text).map(({ version }) => version);
    return `| ${i === 0 ? form.form : ""} | ${range(own)} | ${text} | ${i === 0 ? (form.safe ?? []).join("; ") : ""} |`;
  });
}

function describe(effects: readonly Effects[]): string {
  const strongest = new Map<string, LockMode>();
  for (const { locks } of effects) {
    for (const { relation, mode } of locks) {
      const known = strongest.get(relation.name);
      if (mode !== "ACCESS SHARE" && (known === undefined || compareModes(mode, known) > 0)) strongest.set(relation.name, mode);
    }
  }
  const byMode = new Map<LockMode, string[]>();
  for (const [name, mode] of strongest) byMode.set(mode, [...(byMode.get(mode) ?? []), name]);
  const locks = [...byMode].sort(([a], [b]) => compareModes(b, a)).map(([mode, names]) => `${mode}: ${names.sort().map((name) => `\`${name}\``).join(", ")}`);
  const words = { rewrite: "rewrites", scan: "reads", build: "builds on", empty: "empties" } as const;
  const work = (["rewrite", "build", "scan", "empty"] as const).flatMap((kind) => {
    const names = [...new Set(effects.flatMap((each) => each.work.filter((item) => item.kind === kind).map((item) => item.relation.name)))].sort();
    return names.length > 0 ? [`${words[kind]} ${names.map((name) => `\`${name}\``).join(", ")}`] : [];
  });
  const modes = [...strongest.values()];
  const blocks = modes.some(blocksReads) ? "reads and writes" : modes.some(blocksWrites) ? "writes" : "nothing";
  return [locks.join("<br>") || "none", work.join("<br>") || "none", blocks].join(" | ");
}

function range(own: readonly number[]): string {
  return own.length > 1 ? `${own[0]} to ${own.at(-1)}` : `${own[0]}`;
}
