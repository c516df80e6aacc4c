import { later } from "../facts/transactions";
import { earlierChanges, isNameTaken, laterChanges, replacementOf, sameName, wasThere } from "../facts/version";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { Change, ConstraintDefinition, ObjectName, TableAction } from "../../schema/changes";
import type { Table } from "../../schema/model";
import { readChanges } from "../../schema/read/index";
import { qualified } from "../../schema/view";
import type { Range } from "../../text/range";
import { display, enumerate } from "../wording";

const users = sql`
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text,
    state text
  );
`;

export default defineRule({
  id: "migration/contract-too-early",
  summary: "A step of expand and contract stands before the step that it needs.",
  why:
    "A change without downtime goes in an order: expand (a new nullable column), both releases write, fill the old rows, switch the readers, contract (NOT NULL, drop the old column). SET NOT NULL or a validated constraint before the UPDATE that fills the column fails at the first row that is not filled (23502, 23514, 23503, 23505). " +
    "A column that is dropped in the migration that copies it takes along what the running release wrote after the copy, and that release fails on it (42703). A new column that is NOT NULL without a default makes every INSERT of the running release fail, which does not name it (23502) " +
    "([ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html)).",
  whatToDo:
    "1. Migration: add the column, nullable or with a default. 2. Release: code writes the old and the new column (or a trigger keeps them in step). 3. Migration: fill the old rows in batches, outside of a transaction. 4. Migration: the constraint NOT VALID, then VALIDATE CONSTRAINT, then SET NOT NULL. 5. Release: code reads and writes the new column alone. 6. Migration: drop the default and the old column.",
  whenNotToUse: "The application is stopped for the migration.",
  severity: { recommended: "warning", strict: "error" },
  fix: null,
  sources: ["postgres:sql-altertable", "strong-migrations:backfilling_data", "django-migration-linter:NOT_NULL", "union:62", "union:64"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ALTER COLUMN state SET NOT NULL; -- plumbline-ignore migration/set-not-null-scan: a small table
        UPDATE users SET state = 'new' WHERE state IS NULL;
      `,
      {
        title: "NOT NULL before the rows are filled",
        given: users,
        at: "state",
        message: "SET NOT NULL on users.state comes before the UPDATE that fills it, and fails (23502) at the first row without a value. Move it behind the UPDATE, to a later migration.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ADD CONSTRAINT users_state_check CHECK (state IN ('new', 'active'));
        UPDATE users SET state = 'new' WHERE state = 'fresh';
      `,
      {
        title: "A CHECK before the rows are mended",
        given: users,
        at: "CONSTRAINT users_state_check CHECK (state IN ('new', 'active'))",
        message: "This CHECK comes before the UPDATE of users.state that mends the rows, and fails (23514) at the first one that breaks it. Add it NOT VALID here, and validate it behind the UPDATE, in a later migration.",
      },
    ),
    bad(
      sql`
        ALTER TABLE users VALIDATE CONSTRAINT users_name_check;
        UPDATE users SET name = 'unknown' WHERE name = '';
      `,
      {
        title: "Validated before the rows are mended",
        given: `${users}ALTER TABLE users ADD CONSTRAINT users_name_check CHECK (name <> '') NOT VALID;\n`,
        at: "users_name_check",
        message: "VALIDATE CONSTRAINT users_name_check comes before the UPDATE of users.name that mends the rows, and fails (23514) at the first one that breaks it. Move it behind the UPDATE, to a later migration.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ADD COLUMN full_name text;
        UPDATE users SET full_name = name;
        ALTER TABLE users DROP COLUMN name;
      `,
      {
        title: "The old column goes in the migration that copies it",
        given: users,
        at: "name",
        message: "users.name is dropped in the migration that copies it to full_name: the release that still runs fails on it (42703), and what it wrote after the copy is lost. Keep both in step until no code uses name, and drop it in a later migration.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ADD COLUMN locale text;
        UPDATE users SET locale = 'en' WHERE locale IS NULL;
        ALTER TABLE users ALTER COLUMN locale SET NOT NULL;
      `,
      {
        title: "A new column that the running release does not know",
        given: users,
        at: "locale",
        message: "INSERTs of the release that still runs do not name users.locale, which is new here, and fail (23502) once it is NOT NULL without a default. Give it a default for that time, or set NOT NULL in a later migration.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ADD COLUMN locale text NOT NULL DEFAULT 'en';
        ALTER TABLE users ALTER COLUMN locale DROP DEFAULT;
      `,
      {
        title: "Its default goes at once",
        given: users,
        at: "locale",
        message: "INSERTs of the release that still runs do not name users.locale, which is new here and NOT NULL, and fail (23502) without its default. Drop the default in a later migration.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ADD COLUMN locale text NOT NULL DEFAULT 'en';
      `,
      { title: "With a default that stays", given: users },
    ),
    good(
      sql`
        UPDATE users SET state = 'new' WHERE state IS NULL;
        SET lock_timeout = '5s';
        ALTER TABLE users ADD CONSTRAINT users_state_check CHECK (state IS NOT NULL) NOT VALID;
      `,
      { title: "First the rows, then the constraint", given: users },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ADD CONSTRAINT users_state_check CHECK (state IN ('new', 'active')) NOT VALID;
        UPDATE users SET state = 'new' WHERE id = 7 AND state = 'fresh';
      `,
      { title: "NOT VALID: new rows only", given: users },
    ),
    good(
      sql`
        CREATE TABLE teams (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        SET lock_timeout = '5s';
        ALTER TABLE users ADD COLUMN team_id bigint;
        -- plumbline-ignore migration/foreign-key-not-valid: a small table
        ALTER TABLE users ADD CONSTRAINT users_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams (id);
        UPDATE users SET team_id = 1 WHERE name = 'admin';
        CREATE INDEX CONCURRENTLY users_team_id_idx ON users (team_id);
      `,
      { title: "The column is new: NULL in every row, and no foreign key minds that", given: users },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users DROP CONSTRAINT users_state_check;
        -- plumbline-ignore migration/check-not-valid: a small table
        ALTER TABLE users ADD CONSTRAINT users_state_check CHECK (state IN ('new', 'active', 'idle'));
        UPDATE users SET state = 'idle' WHERE state = 'active' AND name IS NULL;
      `,
      { title: "The UPDATE uses what the new CHECK allows", given: `${users}ALTER TABLE users ADD CONSTRAINT users_state_check CHECK (state IN ('new', 'active'));\n` },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ADD COLUMN state_new jsonb;
        UPDATE users SET state_new = to_jsonb(state) WHERE id < 100;
        ALTER TABLE users DROP COLUMN state;
        ALTER TABLE users RENAME COLUMN state_new TO state;
        -- plumbline-ignore migration/set-not-null-scan: a small table
        ALTER TABLE users ALTER COLUMN state SET NOT NULL;
      `,
      { title: "The copy gets the old column's name, which the running release knows", given: users },
    ),
    good(
      sql`
        CREATE TABLE imports (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          old_code text
        );
        ALTER TABLE imports ADD COLUMN code text;
        UPDATE imports SET code = old_code WHERE true;
        ALTER TABLE imports ALTER COLUMN code SET NOT NULL;
        ALTER TABLE imports DROP COLUMN old_code;
      `,
      { title: "The table is new in this migration" },
    ),
  ],
  proof: [
    { given: ["CREATE TABLE t (id int, x text)", "INSERT INTO t VALUES (1)"], statement: "ALTER TABLE t ALTER x SET NOT NULL", fails: "23502" },
    { given: ["CREATE TABLE t (x text)", "INSERT INTO t VALUES ('a')"], statement: "ALTER TABLE t ADD CHECK (x <> 'a')", fails: "23514" },
    { given: ["CREATE TABLE t (x text)", "INSERT INTO t VALUES ('a')"], statement: "ALTER TABLE t ADD CHECK (x <> 'a') NOT VALID", locks: { t: "AccessExclusiveLock" }, scans: [] },
    { given: ["CREATE TABLE t (x text)", "INSERT INTO t VALUES ('a')", "ALTER TABLE t ADD CONSTRAINT c CHECK (x <> 'a') NOT VALID"], statement: "ALTER TABLE t VALIDATE CONSTRAINT c", fails: "23514" },
    { given: ["CREATE TABLE t (x text)", "INSERT INTO t VALUES ('a'), ('a')"], statement: "ALTER TABLE t ADD UNIQUE (x)", fails: "23505" },
    { given: ["CREATE TABLE r (x text PRIMARY KEY)", "CREATE TABLE t (x text)", "INSERT INTO t VALUES ('a')"], statement: "ALTER TABLE t ADD FOREIGN KEY (x) REFERENCES r", fails: "23503" },
    { given: ["CREATE TABLE t (id int, x text)", "ALTER TABLE t DROP COLUMN x"], statement: "UPDATE t SET x = 'a'", fails: "42703" },
    { given: ["CREATE TABLE t (id int)", "ALTER TABLE t ADD COLUMN x text", "ALTER TABLE t ALTER x SET NOT NULL"], statement: "INSERT INTO t (id) VALUES (1)", fails: "23502" },
    { given: ["CREATE TABLE t (id int)", "ALTER TABLE t ADD COLUMN x text NOT NULL DEFAULT 'a'", "ALTER TABLE t ALTER x DROP DEFAULT"], statement: "INSERT INTO t (id) VALUES (1)", fails: "23502" },
  ],
  on: "statement",
  changes: ["alterTable"],
  check(context) {
    const { change } = context;
    if (change.change !== "alterTable" || change.word !== "table") return;
    const table = context.live(change.name)?.table;
    if (table && table.tableKind !== "foreign") for (const action of change.actions) checkAction(context, table, change.name, action);
  },
});

function checkAction(context: StatementContext, table: Table, written: ObjectName, action: TableAction): void {
  const report = (at: Range, part: string, message: string, severity?: "error"): void => context.report({ at, object: `${qualified(table)}.${part}`, message, ...(severity && { severity }) });
  const name = display(table);
  switch (action.action) {
    case "setNotNull": {
      const { name: column, range } = action.column;
      const known = table.columns.find((each) => each.name === column);
      if (!known || known.notNull) return;
      const isNew = known.createdIn === context.version.id;
      if (isNew && hasValue(table, column)) return;
      if (isFilledLater(context, written, [column])) {
        report(range, column, `SET NOT NULL on ${name}.${column} comes before the UPDATE that fills it, and fails (23502) at the first row without a value. Move it behind the UPDATE, ${toLater(context)}.`);
      } else if (isNew && !wasThere(context, written, column)) {
        report(range, column, `INSERTs of the release that still runs do not name ${name}.${column}, which is new here, and fail (23502) once it is NOT NULL without a default. Give it a default for that time, or set NOT NULL ${later(context)}.`);
      }
      return;
    }
    case "dropDefault": {
      const { name: column, range } = action.column;
      const known = table.columns.find((each) => each.name === column);
      if (known?.createdIn !== context.version.id || !known.notNull || known.default === null || isFilledByTrigger(table) || wasThere(context, written, column)) return;
      report(range, column, `INSERTs of the release that still runs do not name ${name}.${column}, which is new here and NOT NULL, and fail (23502) without its default. Drop the default ${later(context)}.`);
      return;
    }
    case "addConstraint": {
      const { constraint } = action;
      const checked = checkedColumns(constraint);
      if (checked === null || !isFilledLater(context, written, checked.columns) || isKept(context, table, written, constraint, checked.columns)) return;
      const remedy = constraint.kind === "unique" ? `Move it behind the UPDATE, ${toLater(context)}.` : `Add it NOT VALID here, and validate it behind the UPDATE, ${later(context)}.`;
      report(constraint.range, constraint.name?.name ?? checked.columns.join("_"), `This ${checked.word} comes before the UPDATE of ${enumerate(checked.columns.map((column) => `${name}.${column}`))} that mends the rows, and fails (${checked.code}) at the first one that breaks it. ${remedy}`);
      return;
    }
    case "validateConstraint": {
      const constraint = table.constraints.find((each) => each.name === action.constraint.name);
      if (constraint?.kind !== "check" && constraint?.kind !== "foreign key") return;
      const columns = constraint.kind === "check" ? constraint.expression.columns : constraint.columns;
      if (constraint.validated || !isFilledLater(context, written, columns)) return;
      const code = constraint.kind === "check" ? "23514" : "23503";
      report(action.constraint.range, constraint.name, `VALIDATE CONSTRAINT ${constraint.name} comes before the UPDATE of ${enumerate(columns.map((column) => `${name}.${column}`))} that mends the rows, and fails (${code}) at the first one that breaks it. Move it behind the UPDATE, ${toLater(context)}.`);
      return;
    }
    case "dropColumn": {
      const { name: column, range } = action.column;
      const copy = replacementOf(context, table, column);
      // Copied to a column that gets its name: a change of its type by hand.
      if (copy !== null && !isNameTaken(context, written, column)) {
        report(
          range,
          column,
          `${name}.${column} is dropped in the migration that copies it to ${copy}: the release that still runs fails on it (42703), and what it wrote after the copy is lost. Keep both in step until no code uses ${column}, and drop it ${later(context)}.`,
          // As harmful as every other dropped column.
          "error",
        );
      }
      return;
    }
    default:
      return;
  }
}

function toLater(context: StatementContext): string {
  return later(context).replace(/^in\b/, "to");
}

function hasValue(table: Table, column: string): boolean {
  const known = table.columns.find((each) => each.name === column);
  return known === undefined || known.default !== null || known.identity !== null || known.generated !== null || known.serial || isFilledByTrigger(table);
}

/** What a trigger does to a new row, the files do not tell. */
function isFilledByTrigger(table: Table): boolean {
  return table.triggers.some((trigger) => trigger.timing === "before" && trigger.level === "row" && trigger.events.includes("insert"));
}

/** Of a constraint that reads the rows as it is added: the columns that it is about, and what its failure is called. */
function checkedColumns(constraint: ConstraintDefinition): { readonly word: string; readonly code: string; readonly columns: readonly string[] } | null {
  switch (constraint.kind) {
    case "check":
      return constraint.notValid || !constraint.enforced ? null : { word: "CHECK", code: "23514", columns: [...new Set(constraint.expression.columns)] };
    case "foreign key":
      return constraint.notValid || !constraint.enforced ? null : { word: "foreign key", code: "23503", columns: constraint.columns.map(({ name }) => name) };
    case "unique":
      return constraint.usingIndex ? null : { word: "UNIQUE constraint", code: "23505", columns: constraint.columns.map(({ name }) => name) };
    default:
      return null;
  }
}

/** No row that is there breaks the constraint: a column of it is new and NULL in all of them, or they kept to it before. */
function isKept(context: StatementContext, table: Table, written: ObjectName, constraint: ConstraintDefinition, columns: readonly string[]): boolean {
  const readsNull = constraint.kind === "check" ? /null|coalesce/i.test(constraint.expression.text) : constraint.kind === "unique" && constraint.nullsNotDistinct;
  if (!readsNull && columns.some((column) => isNewAndEmpty(context, table, column))) return true;
  if (constraint.kind === "check" && !/<>|!=|\bnot\b/i.test(constraint.expression.text)) {
    const looksFor = laterLiterals(context, written, columns);
    if (looksFor.length > 0) return looksFor.every((literal) => constraint.expression.text.includes(literal));
  }
  return replaces(context, table, written, constraint, columns);
}

function isNewAndEmpty({ change, version }: StatementContext, table: Table, column: string): boolean {
  const known = table.columns.find((each) => each.name === column);
  if (known) return known.createdIn === version.id && known.default === null && known.identity === null && known.generated === null && !known.serial;
  // By an action of this statement.
  return change.change === "alterTable" && change.actions.some((action) => action.action === "addColumn" && action.column.name.name === column && action.column.default === null && action.column.identity === null && action.column.generated === null);
}

/** One of its name goes in this version, or one of its kind on one of its columns in this statement: it let no such row in. */
function replaces(context: StatementContext, table: Table, written: ObjectName, constraint: ConstraintDefinition, columns: readonly string[]): boolean {
  const columnsOf = (old: Table["constraints"][number]): readonly string[] => (old.kind === "check" ? old.expression.columns : "columns" in old ? old.columns : []);
  const isLike = (name: string): boolean => table.constraints.some((old) => old.name === name && old.kind === constraint.kind && columnsOf(old).some((column) => columns.includes(column)));
  const drops = (change: Change, does: (name: string) => boolean): boolean =>
    change.change === "alterTable" && sameName(context, change.name, written) && change.actions.some((action) => action.action === "dropConstraint" && does(action.constraint.name));
  return drops(context.change, isLike) || earlierChanges(context).some((change) => drops(change, (name) => name === constraint.name?.name));
}

/** The strings in the WHERE clauses of the UPDATEs that come later. */
function laterLiterals(context: StatementContext, table: ObjectName, columns: readonly string[]): readonly string[] {
  const { statements } = context.version;
  return statements.slice(statements.indexOf(context.statement)).flatMap(({ parsed }) =>
    readChanges(parsed).flatMap(({ change, offset }) => {
      if (change.change !== "write" || change.where === null || !isUpdateOf(context, change, table, columns)) return [];
      return parsed.text.slice(offset + change.where.start, offset + change.where.end).match(/'(?:[^']|'')*'/g) ?? [];
    }),
  );
}

/** A later UPDATE of the version sets one of the columns, and no earlier one does. */
function isFilledLater(context: StatementContext, table: ObjectName, columns: readonly string[]): boolean {
  const sets = (change: Change): boolean => isUpdateOf(context, change, table, columns);
  return laterChanges(context).some(sets) && !earlierChanges(context).some(sets);
}

function isUpdateOf(context: StatementContext, change: Change, table: ObjectName, columns: readonly string[]): boolean {
  const own = qualified(context.before.resolve(table));
  return (
    change.change === "write" &&
    change.command === "update" &&
    change.tables.some((name) => qualified(context.before.resolve(name)) === own) &&
    change.sets.some((clause) => clause.some(({ name }) => columns.includes(name)))
  );
}
