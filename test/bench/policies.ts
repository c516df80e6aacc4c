// How long a schema of 500 policies takes: the security rules about tables and the access matrix, first whole, then
// after one policy has changed. The process is warm: it has seen other such schemas.

import { AccessMatrix } from "../../server/src/policies/matrix";
import { Conditions } from "../../server/src/policies/conditions";
import { DatabaseLinter } from "../../server/src/lint/linter";
import { defaultLintConfiguration, LintSettings } from "../../server/src/lint/settings";
import { rules } from "../../server/src/rules/index.generated";
import type { Version } from "../../server/src/schema/history";
import { SqlDocument } from "../../server/src/sql/document";
import type { SqlParser } from "../../server/src/sql/parser";

export interface PolicyTimes {
  readonly policies: number;
  readonly cells: number;
  /** Milliseconds of the median run. */
  readonly rules: number;
  readonly access: number;
  readonly changedRules: number;
  readonly changedAccess: number;
}

const tables = 125;
const policiesEach = 4;

/** `salt` makes the texts new to every cache. */
function history(salt: string): string {
  const parts = ["create role app", "create role support"];
  for (let i = 0; i < tables; i++) {
    const name = `t${salt}_${i}`;
    const mine = `tenant_id = (select nullif(current_setting('app.tenant_${salt}', true), '')::uuid)`;
    parts.push(
      `create table ${name} (id bigint primary key, tenant_id uuid not null, owner text not null, note text)`,
      `create index ${name}_tenant on ${name} (tenant_id)`,
      `alter table ${name} enable row level security`,
      `create policy tenant on ${name} to app using (${mine}) with check (${mine})`,
      `create policy owned on ${name} for delete to app using (${mine} and owner = (select current_user))`,
      `create policy support on ${name} for select to support using (note like 'public%${i}')`,
      `create policy live on ${name} as restrictive for update using (note is distinct from 'closed' or owner = 'x${salt}')`,
      `grant select, insert, update, delete on ${name} to app`,
      `grant select on ${name} to support`,
    );
  }
  return parts.join(";\n");
}

const version = (document: SqlDocument): Version => ({
  id: "1",
  tool: "plain",
  transaction: { wraps: "nothing", implicit: false, wayOut: { way: "none needed" }, disabled: false },
  released: true,
  files: ["1.sql"],
  statements: document.statements,
  down: null,
  harmless: false,
  repeatable: false,
});

export function measurePolicies(parser: SqlParser, runs: number): PolicyTimes {
  const security = rules.filter((rule) => rule.on === "table" && rule.id.startsWith("security/"));
  const all: PolicyTimes[] = [];
  for (let run = 0; run < runs; run++) {
    const document = new SqlDocument("1.sql", history(`r${run}`), parser);
    const facts = { name: "bench", postgresVersion: 17, versionKnown: true, tool: "plain", platform: null, apiSchemas: null, tenantColumns: ["tenant_id"], rls: "auto", rows: new Map<string, number>(), smallTableRows: 10_000, owner: "sql", tenantValue: null } as const;
    const conditions = new Conditions(parser.parse);
    const linter = new DatabaseLinter(facts, new LintSettings(security, { ...defaultLintConfiguration, preset: "strict" }), conditions);
    const matrix = new AccessMatrix({ database: facts, condition: conditions.of, parse: parser.parse });
    const judge = (): number => {
      linter.setVersions([version(document)]);
      // The replay is not what is measured.
      linter.timeline.moveTo(linter.timeline.length);
      return time(() => linter.run());
    };
    const ask = (): number => {
      linter.timeline.moveTo(linter.timeline.length);
      return time(() => matrix.of(linter.timeline));
    };
    const [whole, access] = [judge(), ask()];
    const cells = matrix.of(linter.timeline).reduce((sum, table) => sum + table.access.length, 0);
    document.update(document.text.replace("note like 'public%60'", "note like 'public%6x'"));
    const [changedRules, changedAccess] = [judge(), ask()];
    if (matrix.asked !== 1) throw new Error(`a changed policy asked ${matrix.asked} tables anew`);
    all.push({ policies: tables * policiesEach, cells, rules: whole, access, changedRules, changedAccess });
  }
  const median = (of: keyof PolicyTimes): number => all.map((times) => times[of]).sort((a, b) => a - b)[Math.floor(all.length / 2)]!;
  return { policies: median("policies"), cells: median("cells"), rules: median("rules"), access: median("access"), changedRules: median("changedRules"), changedAccess: median("changedAccess") };
}

function time(body: () => void): number {
  const start = performance.now();
  body();
  return performance.now() - start;
}
