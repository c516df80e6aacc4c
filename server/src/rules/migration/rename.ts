import { fateOfName, laterChanges, sameName } from "../facts/version";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import { qualified } from "../../schema/view";
import { display } from "../wording";

const customers = sql`
  CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    phone text
  );
  CREATE VIEW reachable AS SELECT id FROM customers WHERE phone IS NOT NULL;
`;

export default defineRule({
  id: "migration/rename",
  summary: "Renaming a table, column, view, schema or enum label, or moving a table to another schema, breaks the code that uses the old name.",
  why:
    "The rename itself is quick, under a short ACCESS EXCLUSIVE lock, but it happens at one moment, and the application does not change at that moment: from COMMIT on, every running query with the old name fails (42P01 undefined_table, 42703 undefined_column, 3F000 invalid_schema_name, 22P02 for a label), " +
    "and code that was released too early fails until then. Views follow a rename by themselves; functions, ORM mappings and reports do not ([ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html)).",
  whatToDo:
    "A column: add one of the new name, keep both in step with a trigger, fill it, move the code over, then drop the old one; or leave the name in the database and map it in the code. " +
    "A table or view: rename it and, in the same transaction, create a view of the old name over it, which takes reads and simple writes; drop that view when no code uses it any more, and silence this finding with a comment that says so. SET SCHEMA is a rename too: leave a view behind in the old schema. " +
    "An enum label: ADD VALUE the new one, release code that reads both, let it write the new one, UPDATE the rows in batches; the old label stays in the type, unused.",
  whenNotToUse: "The application is stopped for the migration.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: [
    "postgres:sql-altertable",
    "squawk:renaming-column",
    "squawk:renaming-table",
    "pgls:renamingColumn",
    "pgls:renamingTable",
    "strong-migrations:rename_column",
    "strong-migrations:rename_table",
    "strong-migrations:rename_schema",
    "migrationpilot:MP010",
    "migrationpilot:MP028",
    "pgfence:rename-column",
    "pgfence:rename-table",
    "pgfence:rename-schema",
    "pgm:PGM504",
    "pgm:PGM505",
    "drizzle-migration-lint:rename-column",
    "drizzle-migration-lint:rename-table",
    "diesel-guard:rename-column",
    "diesel-guard:rename-table",
    "diesel-guard:rename-schema",
    "pgsafe:rename",
    "atlas:BC101",
    "atlas:BC102",
    "strong-migrations:rename_enum_value",
    "migrationpilot:MP060",
    "migrationpilot:MP098",
    "union:56",
    "union:74",
    "union:75",
    "union:76",
    "union:77",
  ],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE customers RENAME COLUMN phone TO phone_number;
      `,
      {
        title: "A column",
        given: customers,
        at: "phone",
        message: "Renaming column customers.phone breaks every running query that names it, from COMMIT on. Add column phone_number, keep both in step until no code uses phone, and drop that then.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE customers RENAME TO clients;
      `,
      {
        title: "A table",
        given: customers,
        at: "customers",
        message: "Renaming table customers breaks every running query that names it, from COMMIT on. Create a view customers over clients in the same transaction, and drop it when no code uses it.",
      },
    ),
    bad(`ALTER VIEW reachable RENAME TO contactable;`, {
      title: "A view",
      given: customers,
      at: "reachable",
      message: "Renaming view reachable breaks every running query that names it, from COMMIT on. Create a view reachable over contactable in the same transaction, and drop it when no code uses it.",
    }),
    bad(`ALTER SCHEMA sales RENAME TO revenue;`, {
      title: "A schema",
      given: `CREATE SCHEMA sales;`,
      at: "sales",
      message: "Renaming schema sales breaks every running query that names it, from COMMIT on. Create schema revenue, move the objects there one by one behind views, and drop sales when no code uses it.",
    }),
    bad(
      sql`
        SET lock_timeout = '5s';
        BEGIN;
        ALTER TABLE customers RENAME TO customers_old;
        ALTER TABLE customers_new RENAME TO customers;
        COMMIT;
      `,
      {
        title: "A swap: the name that nothing takes again",
        given: sql`
          CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
          CREATE TABLE customers_new (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        `,
        at: "customers_new",
        message: "Renaming table customers_new breaks every running query that names it, from COMMIT on. Create a view customers_new over customers in the same transaction, and drop it when no code uses it.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        BEGIN;
        ALTER TABLE customers RENAME TO customers_old;
        CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        COMMIT;
      `,
      {
        title: "An empty table takes the name",
        given: `CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n`,
        at: "customers",
        message: "Renaming table customers breaks every running query that names it, from COMMIT on. The table that is created under its name is empty: code that uses customers means that one from then on. Move the code over to new names instead.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        BEGIN;
        ALTER TABLE customers RENAME COLUMN phone TO phone_old;
        -- plumbline-ignore migration/rename: no release reads it yet
        ALTER TABLE customers RENAME COLUMN phone_new TO phone;
        COMMIT;
      `,
      { title: "Another column takes the name", given: `CREATE TABLE customers (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  phone varchar(20),\n  phone_new text\n);\n` },
    ),
    bad(`ALTER TYPE customer_state RENAME VALUE 'lead' TO 'prospect';`, {
      title: "A label of an enum",
      given: `CREATE TYPE customer_state AS ENUM ('lead', 'client');\n`,
      at: "'lead'",
      message: "Renaming label 'lead' of customer_state breaks every running query that names it (22P02), from COMMIT on, and code that reads it gets 'prospect'. Add label 'prospect' instead, let the code take both, and then UPDATE the rows in batches.",
    }),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE customers SET SCHEMA sales;
      `,
      {
        title: "A table to another schema",
        given: `CREATE SCHEMA sales;\n${customers}`,
        at: "customers",
        message: "Moving table customers to schema sales breaks every running query that does not find it there, from COMMIT on. Create a view customers over sales.customers in the same transaction, and drop it when no code uses it.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        BEGIN;
        ALTER TABLE customers SET SCHEMA sales;
        CREATE VIEW customers AS SELECT * FROM sales.customers;
        COMMIT;
      `,
      { title: "Moved, with a view where it was", given: `CREATE SCHEMA sales;\nCREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n` },
    ),
    good(
      sql`
        CREATE TYPE mood AS ENUM ('fine', 'sad');
        ALTER TYPE mood RENAME VALUE 'fine' TO 'good';
      `,
      { title: "The enum is new in this migration" },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        BEGIN;
        ALTER TABLE customers RENAME TO clients;
        CREATE VIEW customers AS SELECT * FROM clients;
        COMMIT;
      `,
      { title: "With a view of the old name in the same migration", given: `CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n` },
    ),
    good(
      sql`
        CREATE TABLE customers (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          phone text
        );
        ALTER TABLE customers RENAME COLUMN phone TO phone_number;
        ALTER TABLE customers RENAME TO clients;
      `,
      { title: "The table is new in this migration" },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE customers RENAME CONSTRAINT customers_pkey TO customers_key;
      `,
      { title: "No query names a constraint", given: customers },
    ),
    bad(`ALTER TYPE stage RENAME TO deal_stage;`, {
      title: "A type that queries cast to",
      given: "CREATE TYPE stage AS ENUM ('new', 'won');\n",
      at: "stage",
      message: "Renaming type stage breaks every running query that casts to it or binds a parameter of it (42704), from COMMIT on. Nothing can stand in for it: keep the name, or release code that does not cast to it first.",
    }),
    good(
      sql`
        ALTER TYPE stage RENAME TO stage_old;
        CREATE TYPE stage AS ENUM ('new', 'won', 'lost');
      `,
      { title: "Another type takes the name", given: "CREATE TYPE stage AS ENUM ('new', 'won');\n" },
    ),
    bad(`ALTER FUNCTION total(bigint) RENAME TO order_total;`, {
      title: "A function that is called by name",
      given: "CREATE FUNCTION total(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT $1';\n",
      at: "total",
      occurrence: 0,
    }),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE customers ADD COLUMN mail text;
        ALTER TABLE customers RENAME COLUMN mail TO email;
      `,
      { title: "The column is new in this migration", given: customers },
    ),
  ],
  proof: [
    { given: ["CREATE TYPE s AS ENUM ('a')", "ALTER TYPE s RENAME TO u"], statement: "SELECT 'a'::s", fails: "42704" },
    { given: ["CREATE TYPE s AS ENUM ('a')", "CREATE TABLE t (x s)", "INSERT INTO t VALUES ('a')", "ALTER TYPE s RENAME TO u", "CREATE DOMAIN s AS u"], statement: "SELECT FROM t WHERE x = 'a'::s", fails: "42883" },
    { given: ["CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "ALTER FUNCTION f() RENAME TO g"], statement: "SELECT f()", fails: "42883" },
    { given: ["CREATE TABLE t (id bigint, x int)", "INSERT INTO t SELECT i, i FROM generate_series(1, 1000) i"], statement: "ALTER TABLE t RENAME x TO y", locks: { t: "AccessExclusiveLock" }, rewrites: [], scans: [] },
    { given: ["CREATE TABLE t (id bigint)", "ALTER TABLE t RENAME TO u"], statement: "SELECT FROM t", fails: "42P01" },
    { given: ["CREATE TABLE t (x int)", "ALTER TABLE t RENAME x TO y"], statement: "SELECT x FROM t", fails: "42703" },
    { given: ["CREATE TYPE e AS ENUM ('a')", "CREATE TABLE t (x e)", "ALTER TYPE e RENAME VALUE 'a' TO 'b'"], statement: "SELECT FROM t WHERE x = 'a'", fails: "22P02" },
    { given: ["CREATE SCHEMA s", "CREATE TABLE t (x int)"], statement: "ALTER TABLE t SET SCHEMA s", locks: { t: "AccessExclusiveLock" }, rewrites: [], scans: [] },
    { given: ["CREATE SCHEMA s", "CREATE TABLE t (x int)", "ALTER TABLE t SET SCHEMA s"], statement: "SELECT FROM t", fails: "42P01" },
    { given: ["CREATE TABLE t (x int)", "ALTER TABLE t RENAME TO u", "CREATE VIEW t AS SELECT * FROM u"], statement: "INSERT INTO t VALUES (1)", locks: { u: "RowExclusiveLock" } },
  ],
  on: "statement",
  changes: ["rename", "renamePart", "renameEnumLabel", "setSchema"],
  check(context) {
    const { change } = context;
    if (change.change === "renamePart") renamedColumn(context);
    if (change.change === "renameEnumLabel") renamedLabel(context);
    if (change.change === "setSchema") moved(context);
    if (change.change !== "rename") return;
    const to = change.to.name;
    const report = (word: string, name: string, object: string, remedy: string): void =>
      context.report({ at: change.name.range, object, message: `Renaming ${word} ${name} breaks every running query that names it, from COMMIT on. ${remedy}` });
    switch (change.kind) {
      case "schema": {
        const name = change.name.name;
        if (context.before.schema(name)?.createdIn === context.version.id) return;
        report("schema", name, name, `Create schema ${to}, move the objects there one by one behind views, and drop ${name} when no code uses it.`);
        return;
      }
      case "table":
      case "view":
      case "materialized view": {
        const resolved = context.before.resolve(change.name);
        const view = context.before.view(resolved);
        // ALTER TABLE renames views too.
        if (view ? view.createdIn === context.version.id : context.live(change.name) === null) return;
        const name = display(resolved);
        const word = view ? (view.materialized ? "materialized view" : "view") : change.kind;
        const fate = fateOfName(context, change.name);
        // What the rule would ask for is there.
        if (fate === "view") return;
        // A swap: queries find the relation that has the name now.
        if (fate === "renamed") return;
        // Made anew with its rows.
        if (fate === "created" && isCopiedBack(context)) return;
        if (fate === "created") {
          report(word, name, qualified(resolved), `The table that is created under its name is empty: code that uses ${name} means that one from then on. Move the code over to new names instead.`);
          return;
        }
        report(word, name, qualified(resolved), `Create a view ${name} over ${display({ schema: resolved.schema, name: to })} in the same transaction, and drop it when no code uses it.`);
        return;
      }
      case "type":
      case "domain":
        renamedType(context, change);
        return;
      case "function":
      case "procedure":
        renamedFunction(context, change);
        return;
      default:
        return;
    }
  },
});

function isCopiedBack(context: StatementContext): boolean {
  const { change } = context;
  if (change.change !== "rename") return false;
  const moved = { schema: change.name.schema, name: change.to.name };
  return laterChanges(context).some(
    (later) => later.change === "write" && later.command === "insert" && later.tables.some((table) => sameName(context, table, change.name)) && later.source?.rows === "query" && later.source.reads.some((read) => sameName(context, read, moved)),
  );
}

type Rename = Extract<StatementContext["change"], { change: "rename" }>;

function renamedType(context: StatementContext, change: Rename): void {
  const { before, version } = context;
  const resolved = before.resolveType(change.name);
  const type = before.type(resolved);
  if (type === undefined ? before.relation(resolved) !== undefined : type.createdIn === version.id) return;
  // Another type takes the name: casts find that one.
  const isTaken = laterChanges(context).some((later) => {
    if (later.change === "rename") return (later.kind === "type" || later.kind === "domain") && later.to.name === change.name.name;
    return (later.change === "createEnum" || later.change === "createDomain" || later.change === "createComposite") && sameName(context, later.name, change.name);
  });
  if (isTaken) return;
  const name = display(resolved);
  context.report({
    at: change.name.range,
    object: qualified(resolved),
    message: `Renaming type ${name} breaks every running query that casts to it or binds a parameter of it (42704), from COMMIT on. Nothing can stand in for it: keep the name, or release code that does not cast to it first.`,
  });
}

function renamedFunction(context: StatementContext, change: Rename): void {
  const { before, version } = context;
  const resolved = before.resolveFunction(change.name);
  const overloads = before.functions(resolved);
  if (overloads.some((each) => each.createdIn === version.id)) return;
  // A trigger's function is called by the trigger alone, which follows the rename.
  if (overloads.length > 0 && overloads.every((each) => each.returns === "trigger" || each.returns === "event_trigger")) return;
  if (laterChanges(context).some((later) => later.change === "createFunction" && sameName(context, later.name, change.name))) return;
  const name = display(resolved);
  context.report({
    at: change.name.range,
    object: qualified(resolved),
    message: `Renaming ${change.kind} ${name} breaks every running query and function body that calls it (42883), from COMMIT on. Create it under the new name beside the old one, and drop that when no code calls it.`,
  });
}

function renamedLabel(context: StatementContext): void {
  const { change, before, version, parsed } = context;
  if (change.change !== "renameEnumLabel") return;
  const name = before.resolveType(change.type);
  const type = before.type(name);
  if (type ? type.kind !== "enum" || type.createdIn === version.id : false) return;
  const label = parsed.tokens.find((token) => token.kind === "string");
  context.report({
    at: label ?? change.type.range,
    object: `${qualified(name)}.${change.label}`,
    message: `Renaming label '${change.label}' of ${display(name)} breaks every running query that names it (22P02), from COMMIT on, and code that reads it gets '${change.to}'. Add label '${change.to}' instead, let the code take both, and then UPDATE the rows in batches.`,
  });
}

function moved(context: StatementContext): void {
  const { change, before, version } = context;
  if (change.change !== "setSchema" || !["table", "view", "materialized view"].includes(change.kind)) return;
  const resolved = before.resolve(change.name);
  const view = before.view(resolved);
  if (view ? view.createdIn === version.id : context.live(change.name) === null) return;
  // What the rule would ask for is there.
  if (resolved.schema === change.schema.name || fateOfName(context, change.name) === "view") return;
  const name = display(resolved);
  const word = view ? (view.materialized ? "materialized view" : "view") : "table";
  context.report({
    at: change.name.range,
    object: qualified(resolved),
    message: `Moving ${word} ${name} to schema ${change.schema.name} breaks every running query that does not find it there, from COMMIT on. Create a view ${name} over ${display({ schema: change.schema.name, name: resolved.name })} in the same transaction, and drop it when no code uses it.`,
  });
}

function renamedColumn(context: StatementContext): void {
  const { change } = context;
  if (change.change !== "renamePart" || change.part !== "column") return;
  const resolved = context.before.resolve(change.of);
  const view = context.before.view(resolved);
  const live = view ? null : context.live(change.of);
  if (view ? view.createdIn === context.version.id : live === null) return;
  if (live?.table?.columns.some((column) => column.name === change.name.name && column.createdIn === context.version.id)) return;
  const old = change.name.name;
  // A swap, as for tables.
  if (laterChanges(context).some((each) => each.change === "renamePart" && each.part === "column" && each.to.name === old && qualified(context.before.resolve(each.of)) === qualified(resolved))) return;
  context.report({
    at: change.name.range,
    object: `${qualified(resolved)}.${old}`,
    message: `Renaming column ${display(resolved)}.${old} breaks every running query that names it, from COMMIT on. Add column ${change.to.name}, keep both in step until no code uses ${old}, and drop that then.`,
  });
}
