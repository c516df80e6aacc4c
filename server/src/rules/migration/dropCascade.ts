import { isGone } from "../../locks/noOps";
import { dependentsOfColumn, dependentsOfFunction, dependentsOfRelation, type Dependent } from "../facts/dependents";
import { remove } from "../facts/edits";
import { dependentsOfExtension } from "../facts/extensions";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { Change, ObjectName, TableAction } from "../../schema/changes";
import { qualified, type SchemaView } from "../../schema/view";
import { keywordRange } from "../../sql/ranges";
import type { Range } from "../../text/range";
import { display, enumerateSome } from "../wording";

const accounts = sql`
  CREATE TABLE accounts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL
  );
  CREATE TABLE invoices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES accounts
  );
  CREATE INDEX invoices_account_id_idx ON invoices (account_id);
  CREATE VIEW reachable AS SELECT id, email FROM accounts;
  CREATE VIEW reachable_ids AS SELECT id FROM reachable;
`;

export default defineRule({
  id: "migration/drop-cascade",
  summary: "CASCADE drops every object that depends on what is dropped, named nowhere in the migration.",
  why:
    "With CASCADE, Postgres drops whatever depends on the object, and what depends on that: views, foreign keys of other tables, policies, triggers, defaults, generated columns with their data. A NOTICE is all that tells, and a migration tool mostly hides it. " +
    "What goes is decided by the database that it runs in, not by the file that was reviewed: a view that someone made in production by hand goes too ([Dependency Tracking](https://www.postgresql.org/docs/current/ddl-depend.html)).",
  whatToDo:
    "1. Drop or change each dependent by its name, in an order that Postgres accepts: views of views first. 2. Drop the object without CASCADE (RESTRICT is the default): if something is left that nobody thought of, the migration stops with 2BP01 instead of taking it along. " +
    "3. Create anew what is still needed, with its grants.",
  whenNotToUse: "The whole group of objects is meant to go, and the database holds nothing but what these files create.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["postgres:ddl-depend", "postgres:sql-droptable", "migrationpilot:MP022", "pgm:PGM202", "bytebase:disallow_cascade", "bytebase:rm_tbl_cascade", "union:68"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        DROP TABLE accounts CASCADE;
      `,
      {
        title: "A table that others depend on",
        given: accounts,
        at: "CASCADE",
        message: "CASCADE drops foreign key invoices_account_id_fkey of invoices, view reachable and view reachable_ids together with accounts. Drop or change each of them by name first, and leave CASCADE away.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE accounts DROP COLUMN email CASCADE;
      `,
      {
        title: "A column that a view reads",
        given: accounts,
        at: "CASCADE",
        message: "CASCADE drops view reachable and view reachable_ids together with accounts.email. Drop or change each of them by name first, and leave CASCADE away.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE accounts DROP CONSTRAINT accounts_pkey CASCADE;
      `,
      {
        title: "A key that other tables refer to",
        given: accounts,
        at: "CASCADE",
        message: "CASCADE drops foreign key invoices_account_id_fkey of invoices together with accounts_pkey. Drop or change it by name first, and leave CASCADE away.",
      },
    ),
    bad(`DROP EXTENSION citext CASCADE;`, {
      title: "An extension: columns of its types go, with their values",
      given: sql`
        CREATE EXTENSION citext;
        CREATE TABLE members (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          email citext NOT NULL
        );
      `,
      at: "CASCADE",
      message: "CASCADE drops column members.email together with extension citext. Drop or change it by name first, and leave CASCADE away.",
    }),
    bad(`DROP VIEW reachable_ids CASCADE;`, {
      title: "Nothing is known to depend on it: no need for CASCADE",
      given: accounts,
      at: "CASCADE",
      message: "CASCADE drops whatever depends on reachable_ids in the database that this runs in, without a word. Leave it away: Postgres then refuses (2BP01) if anything does.",
      fixed: `DROP VIEW reachable_ids;`,
    }),
    good(
      sql`
        DROP VIEW reachable_ids;
        DROP VIEW reachable;
      `,
      { title: "One by one", given: accounts },
    ),
    good(`DROP VIEW reachable_ids, reachable RESTRICT;`, { title: "In one statement, without CASCADE", given: accounts }),
    good(`DROP VIEW IF EXISTS reached CASCADE;`, { title: "IF EXISTS of what the history does not have", given: accounts }),
    good(
      sql`
        CREATE TABLE staging (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        CREATE VIEW staged AS SELECT id FROM staging;
        DROP TABLE staging CASCADE;
      `,
      { title: "The table is new in this migration" },
    ),
  ],
  proof: [
    { given: ["CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE u (t_id int REFERENCES t)", "CREATE VIEW v AS SELECT id FROM t"], statement: "DROP TABLE t CASCADE", locks: { t: "AccessExclusiveLock", u: "AccessExclusiveLock", v: "AccessExclusiveLock" } },
    { given: ["CREATE TABLE t (id int PRIMARY KEY)", "CREATE VIEW v AS SELECT id FROM t", "CREATE VIEW w AS SELECT id FROM v", "DROP TABLE t CASCADE"], statement: "SELECT FROM w", fails: "42P01" },
    { given: ["CREATE TABLE t (id int, x int, g int GENERATED ALWAYS AS (x * 2) STORED)", "ALTER TABLE t DROP COLUMN x CASCADE"], statement: "SELECT g FROM t", fails: "42703" },
    { given: ["CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE u (t_id int REFERENCES t)", "ALTER TABLE t DROP CONSTRAINT t_pkey CASCADE"], statement: "ALTER TABLE u DROP CONSTRAINT u_t_id_fkey", fails: "42704" },
    { given: ["CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE u (t_id int REFERENCES t)"], statement: "DROP TABLE t", fails: "2BP01" },
    { given: ["CREATE EXTENSION citext", "CREATE TABLE t (id int, x citext)", "DROP EXTENSION citext CASCADE"], statement: "SELECT x FROM t", fails: "42703" },
  ],
  on: "statement",
  changes: ["drop", "alterTable"],
  check(context) {
    const { change, parsed } = context;
    if (change.change === "drop") {
      if (!change.cascade) return;
      const at = keywordRange(parsed, ["cascade"], change.names.at(-1)?.range.end);
      const gone = change.names.flatMap((name) => droppedWith(context, change, name) ?? []);
      if (at !== null && gone.length > 0) report(context, at, gone);
    }
    if (change.change === "alterTable" && change.word === "table") {
      for (const action of change.actions) {
        const gone = cascades(action) ? droppedByAction(context, change.name, action) : null;
        const at = keywordRange(parsed, ["cascade"], action.range.start);
        if (gone !== null && at !== null) report(context, at, [gone]);
      }
    }
  },
});

interface Gone {
  readonly name: string;
  readonly object: string;
  readonly with: readonly Dependent[];
}

function report(context: StatementContext, at: Range, gone: readonly Gone[]): void {
  const names = new Set(gone.map(({ object }) => object));
  const together = gone.flatMap((each) => each.with).filter(({ of }) => !names.has(qualified(of)));
  const what = enumerateSome(gone.map(({ name }) => name));
  const [{ object }] = gone as readonly [Gone];
  if (together.length === 0) {
    context.report({
      at,
      object,
      severity: "info",
      message: `CASCADE drops whatever depends on ${what} in the database that this runs in, without a word. Leave it away: Postgres then refuses (2BP01) if anything does.`,
      fixes: [{ title: "Leave CASCADE away", kind: "review", intents: [remove(context.parsed, at)] }],
    });
    return;
  }
  const them = new Set(together.map(({ text }) => text)).size === 1 ? "it" : "each of them";
  context.report({ at, object, message: `CASCADE drops ${enumerateSome(together.map(({ text }) => text))} together with ${what}. Drop or change ${them} by name first, and leave CASCADE away.` });
}

/** Null for what nobody can depend on yet, and for what other rules speak of (schemas, types). */
function droppedWith(context: StatementContext, change: Extract<Change, { change: "drop" }>, written: ObjectName): Gone | null {
  const { before, version } = context;
  switch (change.kind) {
    case "table":
    case "foreign table":
    case "view":
    case "materialized view": {
      const name = before.resolve(written);
      const view = before.view(name);
      if (isGone(context, change, written) || (view ? view.createdIn === version.id : context.live(written) === null)) return null;
      return { name: display(name), object: qualified(name), with: closure(before, dependentsOfRelation(before, name)) };
    }
    case "function":
    case "procedure":
    case "aggregate":
    case "routine": {
      const name = before.resolveFunction(written);
      const overloads = before.functions(name);
      if (overloads.length === 0 ? change.ifExists : overloads.some((each) => each.createdIn === version.id)) return null;
      return { name: display(name), object: qualified(name), with: closure(before, dependentsOfFunction(before, name)) };
    }
    case "extension": {
      const { name } = written;
      const extension = before.extension(name);
      const dependents = dependentsOfExtension(before, name);
      if (extension ? extension.createdIn === version.id : change.ifExists && dependents.length === 0) return null;
      return { name: `extension ${name}`, object: name, with: closure(before, dependents) };
    }
    default:
      return null;
  }
}

type Cascading = Extract<TableAction, { action: "dropColumn" | "dropConstraint" }>;

function cascades(action: TableAction): action is Cascading {
  return (action.action === "dropColumn" || action.action === "dropConstraint") && action.cascade;
}

function droppedByAction(context: StatementContext, written: ObjectName, action: Cascading): Gone | null {
  const { before, version } = context;
  const live = context.live(written);
  if (live === null) return null;
  const { table } = live;
  if (action.action === "dropColumn") {
    const { name } = action.column;
    const column = table?.columns.find((each) => each.name === name);
    if (column?.createdIn === version.id || (column === undefined && table?.complete === true)) return null;
    return { name: `${display(live.name)}.${name}`, object: `${qualified(live.name)}.${name}`, with: table ? closure(before, dependentsOfColumn(before, table, name)) : [] };
  }
  const { name } = action.constraint;
  const constraint = table?.constraints.find((each) => each.name === name);
  if (constraint?.createdIn === version.id || (constraint === undefined && table?.complete === true)) return null;
  // A view that groups by a primary key depends on it too: its text does not tell that for certain.
  const key = constraint?.kind === "primary key" || constraint?.kind === "unique" ? constraint : undefined;
  const keys = table && key ? key.columns.flatMap((column) => dependentsOfColumn(before, table, column)).filter((each) => each.kind === "foreign key") : [];
  return { name, object: `${qualified(live.name)}.${name}`, with: keys };
}

/** With what depends on those, and so on. */
function closure(view: SchemaView, first: readonly Dependent[]): readonly Dependent[] {
  const found = new Map(first.map((each) => [each.text, each]));
  for (const each of found.values()) {
    for (const next of dependentsOf(view, each)) if (!found.has(next.text)) found.set(next.text, next);
  }
  return [...found.values()];
}

function dependentsOf(view: SchemaView, { kind, of, part }: Dependent): readonly Dependent[] {
  if (kind === "view" || kind === "table") return dependentsOfRelation(view, of);
  if (kind === "function") return dependentsOfFunction(view, of);
  const table = kind === "column" ? view.table(of) : undefined;
  return table && part !== null ? dependentsOfColumn(view, table, part) : [];
}
