import { dependentsOfColumn } from "../facts/dependents";
import { earlierChanges, laterChanges } from "../facts/version";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { Change, ConstraintDefinition, ObjectName, TableAction } from "../../schema/changes";
import type { Constraint, ForeignKey, QualifiedName, Table } from "../../schema/model";
import { provenNotNull } from "../../schema/predicates";
import { qualified } from "../../schema/view";
import { display, enumerate, enumerateSome } from "../wording";

const shop = sql`
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL,
    CONSTRAINT users_email_key UNIQUE (email)
  );
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    state text NOT NULL,
    CONSTRAINT orders_state_check CHECK (state IN ('open', 'paid'))
  );
  CREATE INDEX orders_user_id_idx ON orders (user_id);
`;

export default defineRule({
  id: "migration/drop-constraint",
  summary: "Dropping a constraint lets rows in that it kept out, and breaks statements that rely on it.",
  why:
    "From COMMIT on nothing checks the rule any more, while code that trusts it still runs: rows that break it are there soon, and the constraint cannot be validated again until somebody has mended them. " +
    "Without a PRIMARY KEY or UNIQUE constraint, INSERT ... ON CONFLICT (columns) fails with 42P10, and a table that is published for logical replication refuses UPDATE and DELETE without its primary key (55000). Without a foreign key, its ON DELETE action ends too. " +
    "A key that a foreign key refers to is not dropped at all (2BP01) ([ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html), [Logical Replication](https://www.postgresql.org/docs/current/logical-replication-publication.html)).",
  whatToDo:
    "To replace a constraint, do it without a gap. PRIMARY KEY or UNIQUE: 1. CREATE UNIQUE INDEX CONCURRENTLY on the new columns, 2. in one ALTER TABLE drop the old constraint and ADD CONSTRAINT ... USING INDEX. " +
    "CHECK or foreign key: 1. add the new one NOT VALID, 2. VALIDATE CONSTRAINT in a later migration, 3. drop the old one. " +
    "To be rid of it for good: release code that neither needs the rule nor names the constraint (ON CONFLICT), then drop it, and say so: `-- plumbline-ignore migration/drop-constraint: <what holds the rule now>`.",
  whenNotToUse: "The application alone is meant to keep the rules.",
  severity: { recommended: "warning", strict: "error" },
  fix: null,
  sources: ["postgres:sql-altertable", "postgres:logical-replication-publication", "migrationpilot:MP055", "diesel-guard:drop-primary-key", "pgfence:drop-constraint", "pgsafe:drop-constraint", "atlas:CD101", "union:58", "union:78"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders DROP CONSTRAINT orders_pkey;
      `,
      {
        title: "A primary key",
        given: shop,
        at: "orders_pkey",
        message: "Without primary key orders_pkey, INSERT ... ON CONFLICT (id) fails (42P10), and where orders is published, so do its UPDATE and DELETE (55000). Add the new key in the same ALTER TABLE, from a unique index that is built CONCURRENTLY before.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users DROP CONSTRAINT users_email_key;
      `,
      {
        title: "A unique constraint",
        given: shop,
        at: "users_email_key",
        message: "Without unique constraint users_email_key, users takes duplicates, and INSERT ... ON CONFLICT (email) fails (42P10). Release code that does without it first, or replace it in the same ALTER TABLE from a unique index that is built CONCURRENTLY before.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;
      `,
      {
        title: "A foreign key",
        given: shop,
        at: "orders_user_id_fkey",
        message: "Without foreign key orders_user_id_fkey, orders.user_id takes values that users does not have, and ON DELETE CASCADE ends: deleting a row of users leaves its orders behind. Add the new key NOT VALID before this one goes, and validate it in a later migration.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_state_check;
      `,
      {
        title: "A CHECK",
        given: shop,
        at: "orders_state_check",
        message: "Without CHECK orders_state_check, orders takes rows that it kept out, and it cannot be validated again until they are mended. Add the new CHECK NOT VALID before this one goes, and validate it in a later migration.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users DROP CONSTRAINT users_pkey;
      `,
      {
        title: "A key that a foreign key refers to",
        given: shop,
        at: "users_pkey",
        message: "Dropping users_pkey fails (2BP01): foreign key orders_user_id_fkey of orders depends on it. Point that at another unique key of users first.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE UNIQUE INDEX CONCURRENTLY users_email_key_new ON users (email) INCLUDE (id);
        ALTER TABLE users DROP CONSTRAINT users_email_key, ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key_new;
      `,
      { title: "Replaced in the same statement", given: shop },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD CONSTRAINT orders_state_check2 CHECK (state IN ('open', 'paid', 'void')) NOT VALID;
        ALTER TABLE orders DROP CONSTRAINT orders_state_check;
      `,
      { title: "A wider CHECK takes its place", given: shop },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE notes ALTER COLUMN body SET NOT NULL;
        ALTER TABLE notes DROP CONSTRAINT notes_body_check;
      `,
      {
        title: "The CHECK helped SET NOT NULL, and has done its work",
        given: sql`
          CREATE TABLE notes (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            body text
          );
          ALTER TABLE notes ADD CONSTRAINT notes_body_check CHECK (body IS NOT NULL) NOT VALID;
          ALTER TABLE notes VALIDATE CONSTRAINT notes_body_check;
        `,
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey;
        -- plumbline-ignore migration/drop-table: moved to the accounts service
        DROP TABLE users;
      `,
      { title: "The table that it refers to goes too", given: shop },
    ),
    good(
      sql`
        CREATE TABLE codes (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          code text CONSTRAINT codes_code_check CHECK (code <> '')
        );
        ALTER TABLE codes DROP CONSTRAINT codes_code_check;
      `,
      { title: "The table is new in this migration" },
    ),
  ],
  proof: [
    { given: ["CREATE TABLE t (id int PRIMARY KEY)", "ALTER TABLE t DROP CONSTRAINT t_pkey"], statement: "INSERT INTO t VALUES (1) ON CONFLICT (id) DO NOTHING", fails: "42P10" },
    { given: ["CREATE TABLE t (id int UNIQUE)", "ALTER TABLE t DROP CONSTRAINT t_id_key"], statement: "INSERT INTO t VALUES (1) ON CONFLICT (id) DO NOTHING", fails: "42P10" },
    { given: ["CREATE TABLE t (id int UNIQUE)", "ALTER TABLE t DROP CONSTRAINT t_id_key"], statement: "INSERT INTO t VALUES (1) ON CONFLICT ON CONSTRAINT t_id_key DO NOTHING", fails: "42704" },
    { given: ["CREATE TABLE t (id int PRIMARY KEY, x int)", "CREATE PUBLICATION p FOR TABLE t", "ALTER TABLE t DROP CONSTRAINT t_pkey"], statement: "UPDATE t SET x = 1", fails: "55000" },
    { given: ["CREATE TABLE t (id int PRIMARY KEY, x int)", "CREATE PUBLICATION p FOR TABLE t", "ALTER TABLE t DROP CONSTRAINT t_pkey"], statement: "DELETE FROM t", fails: "55000" },
    { given: ["CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE u (t_id int REFERENCES t)"], statement: "ALTER TABLE t DROP CONSTRAINT t_pkey", fails: "2BP01" },
    { given: ["CREATE TABLE t (id int UNIQUE)", "CREATE TABLE u (t_id int REFERENCES t (id))"], statement: "ALTER TABLE t DROP CONSTRAINT t_id_key", fails: "2BP01" },
    { given: ["CREATE TABLE t (x int CHECK (x > 0))", "ALTER TABLE t DROP CONSTRAINT t_x_check", "INSERT INTO t VALUES (0)"], statement: "ALTER TABLE t ADD CHECK (x > 0)", fails: "23514" },
    { given: ["CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE u (t_id int REFERENCES t ON DELETE CASCADE)"], statement: "ALTER TABLE u DROP CONSTRAINT u_t_id_fkey", locks: { t: "AccessExclusiveLock", u: "AccessExclusiveLock" }, scans: [] },
    { given: ["CREATE TABLE t (x int UNIQUE)", "CREATE UNIQUE INDEX i ON t (x)"], statement: "ALTER TABLE t DROP CONSTRAINT t_x_key, ADD UNIQUE USING INDEX i", locks: { t: "AccessExclusiveLock" }, scans: [] },
  ],
  on: "statement",
  changes: ["alterTable"],
  check(context) {
    const { change, version } = context;
    if (change.change !== "alterTable" || change.word !== "table") return;
    const table = context.live(change.name)?.table;
    if (!table || table.tableKind === "foreign") return;
    for (const action of change.actions) {
      if (action.action !== "dropConstraint") continue;
      const constraint = table.constraints.find((each) => each.name === action.constraint.name);
      if (!constraint || constraint.createdIn === version.id) continue;
      const message = refusal(context, table, constraint, action.cascade) ?? (isMadeGood(context, table, constraint) ? null : harmOf(table, constraint));
      if (message !== null) context.report({ at: action.constraint.range, object: `${qualified(table)}.${constraint.name}`, message });
    }
  },
});

function refusal({ before }: StatementContext, table: Table, constraint: Constraint, cascade: boolean): string | null {
  if (cascade || (constraint.kind !== "primary key" && constraint.kind !== "unique")) return null;
  const keys = constraint.columns.map((column) => dependentsOfColumn(before, table, column).filter((each) => each.kind === "foreign key"));
  // A key of exactly these columns; with another unique key of the same columns, that one may be meant.
  const referring = keys.reduce((some, next) => some.filter((each) => next.some(({ text }) => text === each.text))).filter(({ of, part }) => {
    const key = before.table(of)?.constraints.find((each) => each.name === part);
    return key?.kind === "foreign key" && key.referencedColumns.length === constraint.columns.length;
  });
  const twin = table.constraints.some((other) => other !== constraint && (other.kind === "primary key" || other.kind === "unique") && sameColumns(other.columns, constraint.columns));
  if (referring.length === 0 || twin) return null;
  const [depends, them] = referring.length === 1 ? ["depends", "that"] : ["depend", "them"];
  return `Dropping ${constraint.name} fails (2BP01): ${enumerateSome(referring.map(({ text }) => text))} ${depends} on it. Point ${them} at another unique key of ${display(table)} first.`;
}

function harmOf(table: Table, constraint: Constraint): string | null {
  const name = display(table);
  switch (constraint.kind) {
    case "primary key":
      return (
        `Without primary key ${constraint.name}, INSERT ... ON CONFLICT (${constraint.columns.join(", ")}) fails (42P10), and where ${name} is published, so do its UPDATE and DELETE (55000). ` +
        "Add the new key in the same ALTER TABLE, from a unique index that is built CONCURRENTLY before."
      );
    case "unique":
      return (
        `Without unique constraint ${constraint.name}, ${name} takes duplicates, and INSERT ... ON CONFLICT (${constraint.columns.join(", ")}) fails (42P10). ` +
        "Release code that does without it first, or replace it in the same ALTER TABLE from a unique index that is built CONCURRENTLY before."
      );
    case "foreign key":
      return `Without foreign key ${constraint.name}, ${enumerate(constraint.columns.map((column) => `${name}.${column}`))} ${constraint.columns.length === 1 ? "takes" : "take"} values that ${display(constraint.references)} does not have${endedAction(name, constraint)}. Add the new key NOT VALID before this one goes, and validate it in a later migration.`;
    case "check":
      if (!constraint.validated || !constraint.enforced) return null;
      return `Without CHECK ${constraint.name}, ${name} takes rows that it kept out, and it cannot be validated again until they are mended. Add the new CHECK NOT VALID before this one goes, and validate it in a later migration.`;
    case "exclude":
      return `Without EXCLUDE constraint ${constraint.name}, ${name} takes rows that conflict with each other, and it cannot be added again until they are mended. Release code that does without it first, or add the new one in the same ALTER TABLE.`;
    case "not null":
      return null;
  }
}

function endedAction(name: string, { onDelete, references }: ForeignKey): string {
  if (onDelete === "cascade") return `, and ON DELETE CASCADE ends: deleting a row of ${display(references)} leaves its ${name} behind`;
  return onDelete === "set null" || onDelete === "set default" ? `, and ON DELETE ${onDelete.toUpperCase()} ends: deleting a row of ${display(references)} leaves ${name} pointing at nothing` : "";
}

/** Something else holds the rule, or what it was about goes in the same version. */
function isMadeGood(context: StatementContext, table: Table, constraint: Constraint): boolean {
  const here: readonly Change[] = [context.change, ...earlierChanges(context), ...laterChanges(context)];
  const isTable = (name: Pick<ObjectName, "schema" | "name">, meant: QualifiedName): boolean => qualified(context.before.resolve(name)) === qualified(meant);
  const actions = here.flatMap((change): readonly TableAction[] => (change.change === "alterTable" && isTable(change.name, table) ? change.actions : []));
  const dropped = (name: QualifiedName): boolean => here.some((change) => change.change === "drop" && change.kind === "table" && change.names.some((each) => isTable(each, name)));
  const columns = columnsOf(constraint);
  if (dropped(table) || (constraint.kind === "foreign key" && dropped(constraint.references))) return true;
  if (columns.some((column) => actions.some((action) => action.action === "dropColumn" && action.column.name === column))) return true;
  if (actions.some((action) => (action.action === "addConstraint" && replaces(context, action.constraint, constraint, columns)) || (action.action === "addColumn" && action.column.constraints.some(({ kind }) => kind === "primary key" && constraint.kind === "primary key")))) return true;
  switch (constraint.kind) {
    case "primary key":
    case "unique": {
      const others = table.constraints.some((other) => other !== constraint && (other.kind === "primary key" || other.kind === "unique") && within(other.columns, columns));
      const indexed = table.indexes.some((index) => index.unique && index.valid && index.where === null && within(index.elements.map(({ column }) => column), columns));
      const made = here.some((change) => change.change === "createIndex" && isTable(change.table, table) && change.index.unique && change.index.where === null && within(change.index.elements.map(({ column }) => column), columns));
      return constraint.kind === "unique" && (others || indexed || made);
    }
    case "foreign key":
      return table.constraints.some((other) => other !== constraint && other.kind === "foreign key" && sameColumns(other.columns, columns) && qualified(other.references) === qualified(constraint.references));
    case "check": {
      const required = provenNotNull(constraint.expression.text);
      const kept = (column: string): boolean => context.before.table(table)?.columns.some((each) => each.name === column && each.notNull) === true || actions.some((action) => action.action === "setNotNull" && action.column.name === column);
      return required.length > 0 && required.every(kept);
    }
    case "exclude":
    case "not null":
      return false;
  }
}

function columnsOf(constraint: Constraint): readonly string[] {
  switch (constraint.kind) {
    case "check":
      return constraint.expression.columns;
    case "exclude":
      return constraint.elements.flatMap(({ element }) => element.column ?? []);
    case "not null":
      return [constraint.column];
    default:
      return constraint.columns;
  }
}

/** Added in the same version, of the same kind and about the same columns: a swap. Whether a CHECK says as much as the old one, its text does not tell. */
function replaces({ before }: StatementContext, added: ConstraintDefinition, old: Constraint, columns: readonly string[]): boolean {
  switch (added.kind) {
    case "primary key":
      return old.kind === "primary key" || (old.kind === "unique" && (added.usingIndex !== null || within(added.columns.map(({ name }) => name), columns)));
    case "unique":
      return old.kind === "unique" && (added.usingIndex !== null || within(added.columns.map(({ name }) => name), columns));
    case "foreign key":
      return old.kind === "foreign key" && (sameColumns(added.columns.map(({ name }) => name), columns) || qualified(before.resolve(added.references)) === qualified(old.references));
    case "check":
      return old.kind === "check" && columns.some((column) => added.expression.columns.includes(column));
    case "exclude":
      return old.kind === "exclude";
    case "not null":
      return false;
  }
}

/** Unique on fewer columns says more. */
function within(columns: readonly (string | null)[], of: readonly string[]): boolean {
  return columns.length > 0 && columns.every((column) => column !== null && of.includes(column));
}

function sameColumns(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((column) => b.includes(column));
}
