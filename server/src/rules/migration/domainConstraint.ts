import { insertAt } from "../facts/edits";
import { bad, defineRule, good, sql, type FixProposal, type StatementContext } from "../rule";
import type { Change, ObjectName } from "../../schema/changes";
import { domainChain, userType } from "../../schema/domains";
import type { DataType, Domain, QualifiedName, Table } from "../../schema/model";
import { qualified, type SchemaView } from "../../schema/view";
import { keywordRange } from "../../sql/ranges";
import { display, enumerate } from "../wording";

const users = sql`
  CREATE DOMAIN email AS text;
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email email
  );
`;

const filled = ["CREATE DOMAIN d AS int", "CREATE TABLE t (id bigint, x d)", "INSERT INTO t SELECT i, i FROM generate_series(1, 1000) i"];

export default defineRule({
  id: "migration/domain-constraint",
  summary: "A new constraint of a domain reads every table that has a column of it, while writes to them wait.",
  why:
    "ALTER DOMAIN ... ADD CONSTRAINT, SET NOT NULL and VALIDATE CONSTRAINT take SHARE on each table with a column of the domain, or of a domain made from it, and read them all before they let go of the first: until then nothing is written to any of them. " +
    "Unlike a table's constraint, VALIDATE CONSTRAINT of a domain takes the same lock, on Postgres 15 to 18. Where an array, a composite type or a range is made of the domain, the first two fail with 0A000 " +
    "([ALTER DOMAIN](https://www.postgresql.org/docs/current/sql-alterdomain.html)).",
  whatToDo:
    "Add the constraint NOT VALID: nothing is read, and each new value is checked. (For SET NOT NULL that is CHECK (VALUE IS NOT NULL) NOT VALID.) To have the old values checked while writes go on, add the condition to each table as a CHECK ... NOT VALID too, and VALIDATE that one.",
  whenNotToUse: "The tables are small, or nothing writes to them while the migration runs.",
  severity: { recommended: "warning", strict: "error" },
  fix: "review",
  sources: [
    "postgres:sql-alterdomain",
    "squawk:ban-alter-domain-with-add-constraint",
    "squawk:ban-create-domain-with-constraint",
    "migrationpilot:MP043",
    "pgfence:ban-alter-domain-add-constraint",
    "pgfence:ban-create-domain-with-constraint",
    "diesel-guard:add-domain-check-constraint",
    "pgsafe:add-domain-not-null",
    "union:47",
    "union:48",
    "union:49",
  ],
  examples: [
    bad(sql`ALTER DOMAIN email ADD CONSTRAINT email_form CHECK (VALUE LIKE '%@%');`, {
      title: "A CHECK on a domain that a table uses",
      given: users,
      at: "email",
      message: "ADD CONSTRAINT on domain email reads all of users while SHARE blocks writes to it. Add it NOT VALID: each new value is checked then, and no row is read.",
      fixed: sql`ALTER DOMAIN email ADD CONSTRAINT email_form CHECK (VALUE LIKE '%@%') NOT VALID;`,
    }),
    bad(sql`ALTER DOMAIN email SET NOT NULL;`, {
      title: "NOT NULL",
      given: sql`
        CREATE DOMAIN email AS text;
        CREATE DOMAIN work_email AS email;
        CREATE TABLE users (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          email email
        );
        CREATE TABLE employees (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          email work_email
        );
      `,
      at: "email",
      message: "SET NOT NULL on domain email reads all of employees and users while SHARE blocks writes to them. Use ADD CHECK (VALUE IS NOT NULL) NOT VALID: each new value is checked then, and no row is read.",
      fixed: sql`ALTER DOMAIN email ADD CHECK (VALUE IS NOT NULL) NOT VALID;`,
    }),
    bad(sql`ALTER DOMAIN email VALIDATE CONSTRAINT email_form;`, {
      title: "VALIDATE CONSTRAINT takes the same lock",
      given: `${users}ALTER DOMAIN email ADD CONSTRAINT email_form CHECK (VALUE LIKE '%@%') NOT VALID;\n`,
      at: "email",
      message:
        "VALIDATE CONSTRAINT on domain email reads all of users while SHARE blocks writes to it. Leave it as it is, and add the condition to users as a CHECK of its own, NOT VALID, whose VALIDATE CONSTRAINT lets writes go on.",
    }),
    bad(sql`ALTER DOMAIN email ADD CONSTRAINT email_form CHECK (VALUE LIKE '%@%');`, {
      title: "A domain that an array is made of",
      given: sql`
        CREATE DOMAIN email AS text;
        CREATE TABLE users (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          emails email[]
        );
      `,
      at: "email",
      message: "ADD CONSTRAINT on domain email fails (0A000): users.emails is an array of it. Add it NOT VALID: each new value is checked then, and no row is read.",
      fixed: sql`ALTER DOMAIN email ADD CONSTRAINT email_form CHECK (VALUE LIKE '%@%') NOT VALID;`,
    }),
    bad(sql`CREATE DOMAIN percentage AS numeric CHECK (VALUE BETWEEN 0 AND 100);`, {
      title: "Strict: a domain that is born with a constraint",
      options: { "migration/domain-constraint": "hint" },
      at: "percentage",
      message: "Domain percentage has a constraint: to change it later, Postgres reads every table that uses it while writes to them wait. Use the base type, and a CHECK in each table.",
    }),
    good(sql`ALTER DOMAIN email ADD CONSTRAINT email_form CHECK (VALUE LIKE '%@%') NOT VALID;`, { given: users }),
    good(sql`ALTER DOMAIN email SET DEFAULT '';`, { title: "A default reads nothing", given: users }),
    good(sql`ALTER DOMAIN unused ADD CONSTRAINT unused_positive CHECK (VALUE > 0);`, { title: "No table has a column of it", given: `${users}CREATE DOMAIN unused AS int;\n` }),
    good(
      sql`
        CREATE DOMAIN colour AS text;
        ALTER DOMAIN colour ADD CONSTRAINT colour_form CHECK (VALUE ~ '^#');
      `,
      { title: "The domain is new in this migration", given: users },
    ),
  ],
  proof: [
    { given: filled, statement: "ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0)", locks: { t: "ShareLock" }, scans: ["t"], rewrites: [] },
    { given: filled, statement: "ALTER DOMAIN d SET NOT NULL", locks: { t: "ShareLock" }, scans: ["t"] },
    { given: filled, statement: "ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID", scans: [] },
    { given: [...filled, "ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID"], statement: "ALTER DOMAIN d VALIDATE CONSTRAINT c", locks: { t: "ShareLock" }, scans: ["t"] },
    { given: [...filled, "ALTER DOMAIN d ADD CHECK (VALUE IS NOT NULL) NOT VALID"], statement: "INSERT INTO t VALUES (1, NULL)", fails: "23514" },
    { given: ["CREATE DOMAIN d AS int", "CREATE DOMAIN f AS d", "CREATE TABLE t (x f)", "INSERT INTO t SELECT i FROM generate_series(1, 1000) i"], statement: "ALTER DOMAIN d SET NOT NULL", locks: { t: "ShareLock" }, scans: ["t"] },
    { given: ["CREATE DOMAIN d AS int", "CREATE TABLE t (x d[])"], statement: "ALTER DOMAIN d ADD CHECK (VALUE > 0)", fails: "0A000" },
    { given: ["CREATE DOMAIN d AS int", "CREATE TYPE f AS (y d)", "CREATE TABLE t (x f)"], statement: "ALTER DOMAIN d SET NOT NULL", fails: "0A000" },
    { given: ["CREATE DOMAIN d AS int", "CREATE TABLE t (x d[])"], statement: "ALTER DOMAIN d ADD CHECK (VALUE > 0) NOT VALID", scans: [] },
    { given: filled, statement: "ALTER DOMAIN d SET DEFAULT 1", scans: [] },
  ],
  on: "statement",
  changes: ["alterDomain", "createDomain"],
  check(context) {
    const { change } = context;
    if (change.change === "createDomain" && (change.notNull || change.checks.length > 0)) {
      context.report({
        at: change.name.range,
        object: qualified(context.after.resolve(change.name)),
        message: `Domain ${change.name.name} has a constraint: to change it later, Postgres reads every table that uses it while writes to them wait. Use the base type, and a CHECK in each table.`,
        severity: "hint",
        onlyIn: "strict",
      });
    }
    if (change.change === "alterDomain") alterDomain(context, change);
  },
});

function alterDomain(context: StatementContext, change: Extract<Change, { change: "alterDomain" }>): void {
  const { alter, name } = change;
  const words = alter.set === "notNull" ? "SET NOT NULL" : alter.set === "addCheck" && !alter.notValid ? "ADD CONSTRAINT" : alter.set === "validateCheck" ? "VALIDATE CONSTRAINT" : null;
  if (words === null) return;
  const domain = userType(context.before, named(name));
  if (domain?.kind !== "domain" || domain.createdIn === context.version.id) return;
  const uses = usesOf(context, domain);
  const report = (harm: string, remedy: string, fixes: readonly FixProposal[]): void => context.report({ at: name.range, object: qualified(domain), message: `${words} on domain ${display(domain)} ${harm}. ${remedy}`, fixes });
  const instead = alter.set === "notNull" ? "Use ADD CHECK (VALUE IS NOT NULL) NOT VALID" : "Add it NOT VALID";
  const notValid = `${instead}: each new value is checked then, and no row is read.`;
  if (uses.within !== null && alter.set !== "validateCheck") {
    report(`fails (0A000): ${uses.within}`, notValid, notValidFix(context, alter.set));
    return;
  }
  if (uses.tables.length === 0) return;
  const tables = enumerate(uses.tables.map(display));
  const them = uses.tables.length === 1 ? "it" : "them";
  const harm = `reads all of ${tables} while SHARE blocks writes to ${them}`;
  if (alter.set === "validateCheck") report(harm, `Leave it as it is, and add the condition to ${tables} as a CHECK of its own, NOT VALID, whose VALIDATE CONSTRAINT lets writes go on.`, []);
  else report(harm, notValid, notValidFix(context, alter.set));
}

function notValidFix({ parsed, change }: StatementContext, set: string): readonly FixProposal[] {
  const title = "Add it NOT VALID: the old values stay unchecked";
  if (set === "addCheck") return [{ title, kind: "review", intents: [insertAt(change.range.end, " NOT VALID")] }];
  const range = keywordRange(parsed, ["set", "not", "null"], change.range.start);
  return range === null ? [] : [{ title, kind: "review", intents: [{ intent: "replace", range, text: "ADD CHECK (VALUE IS NOT NULL) NOT VALID" }] }];
}

interface Uses {
  /** Live tables with rows of their own and a column of the domain. */
  readonly tables: readonly Table[];
  /** What refuses the change: a clause. */
  readonly within: string | null;
}

function usesOf({ before, version }: StatementContext, domain: Domain): Uses {
  const tables: Table[] = [];
  let within: string | null = null;
  for (const table of before.tables()) {
    if (table.createdIn === version.id || table.tableKind === "foreign") continue;
    for (const column of table.columns) {
      const { type } = column;
      if (isOf(before, type, domain)) {
        // The rows are its partitions'.
        if (table.partitionKey === null && !tables.includes(table)) tables.push(table);
      } else if (type.array && isOf(before, { ...type, array: false }, domain)) {
        within ??= `${display(table)}.${column.name} is an array of it`;
      } else if (isComposedOf(before, type, domain)) {
        within ??= `${display(table)}.${column.name} is of a composite type that has it`;
      }
    }
  }
  return { tables, within };
}

function isOf(view: SchemaView, type: DataType, domain: Domain): boolean {
  // Most columns are of a built-in type.
  return type.schema !== "pg_catalog" && domainChain(view, type).includes(domain);
}

function isComposedOf(view: SchemaView, type: DataType, domain: Domain): boolean {
  if (type.schema === "pg_catalog" || type.schema === "") return false;
  const relation = view.relation({ schema: type.schema, name: type.name } satisfies QualifiedName);
  return relation?.kind === "composite" && relation.attributes.some((attribute) => isOf(view, attribute.type, domain));
}

function named({ schema, name }: ObjectName): DataType {
  return { text: name, schema: schema ?? "", name, modifiers: [], array: false };
}
