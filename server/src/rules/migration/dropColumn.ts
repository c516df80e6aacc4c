import { isAddedAgain, replacementOf } from "../facts/version";
import { bad, defineRule, good, sql } from "../rule";
import type { Table } from "../../schema/model";
import { display, enumerate } from "../wording";

const users = sql`
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    email text NOT NULL,
    password_salt text,
    CONSTRAINT users_email_key UNIQUE (tenant_id, email)
  );
`;

export default defineRule({
  id: "migration/drop-column",
  summary: "Dropping a column loses its data and breaks the code that still names it.",
  why:
    "DROP COLUMN only marks the column as dropped, under a short ACCESS EXCLUSIVE lock, but nothing brings its values back short of a restore. From COMMIT on, every query that names the column fails with 42703 (undefined_column): " +
    "the old version of the application is still running then, and so are prepared statements, SELECT lists of an ORM and reports. Indexes, UNIQUE and foreign key constraints that use the column go with it without a word " +
    "([ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DROP-COLUMN)).",
  whatToDo:
    "First release code that neither reads nor writes the column (make it nullable or give it a default for that time), and drop it in a later migration, once nothing runs that names it. Keep a copy of values that may be needed again. " +
    "Then say so here: `-- plumbline-ignore migration/drop-column: <which release stopped using it>`.",
  whenNotToUse: "The application is stopped for the migration, and its data is not needed.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: [
    "postgres:sql-altertable",
    "squawk:ban-drop-column",
    "pgls:banDropColumn",
    "strong-migrations:remove_column",
    "migrationpilot:MP017",
    "pgfence:drop-column",
    "pgm:PGM009",
    "pgm:PGM010",
    "pgm:PGM011",
    "pgm:PGM012",
    "drizzle-migration-lint:drop-column",
    "diesel-guard:drop-column",
    "pgsafe:drop-column",
    "atlas:DS103",
    "django-migration-linter:DROP_COLUMN",
    "union:64",
    "union:65",
  ],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users DROP COLUMN password_salt;
      `,
      {
        title: "A column that running code may still read",
        given: users,
        at: "password_salt",
        message: "Dropping users.password_salt deletes its data, and every query that still names it fails from COMMIT on. Release code that no longer uses it first, and drop it in a later migration.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users DROP COLUMN IF EXISTS email CASCADE;
      `,
      {
        title: "What goes with it",
        given: users,
        at: "email",
        message:
          "Dropping users.email deletes its data together with users_email_key, and every query that still names it fails from COMMIT on. Release code that no longer uses it first, and drop it in a later migration.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ALTER COLUMN email DROP NOT NULL;
      `,
      { title: "Code can stop writing it first", given: users },
    ),
    good(
      sql`
        CREATE TABLE imports (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          legacy_code text
        );
        ALTER TABLE imports DROP COLUMN legacy_code;
      `,
      { title: "The table is new in this migration" },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ADD COLUMN scratch text;
        ALTER TABLE users DROP COLUMN scratch;
      `,
      { title: "The column is new in this migration", given: users },
    ),
  ],
  proof: [
    {
      given: ["CREATE TABLE users (id bigint PRIMARY KEY, email text)", "INSERT INTO users SELECT i, 'u' || i FROM generate_series(1, 1000) i"],
      statement: "ALTER TABLE users DROP COLUMN email",
      locks: { users: "AccessExclusiveLock" },
      rewrites: [],
      scans: [],
    },
    { given: ["CREATE TABLE users (id bigint PRIMARY KEY, email text)", "ALTER TABLE users DROP COLUMN email"], statement: "SELECT email FROM users", fails: "42703" },
  ],
  on: "statement",
  changes: ["alterTable"],
  check(context) {
    const { change, version } = context;
    if (change.change !== "alterTable" || change.word !== "table") return;
    const live = context.live(change.name);
    if (live === null || live.table?.tableKind === "foreign") return;
    const table = display(live.name);
    for (const action of change.actions) {
      if (action.action !== "dropColumn") continue;
      const { name, range } = action.column;
      const column = live.table?.columns.find((each) => each.name === name);
      if (column?.createdIn === version.id) continue;
      // IF EXISTS of a column that is known not to be there.
      if (column === undefined && action.ifExists && live.table?.complete === true) continue;
      // Drop-and-create and contract-too-early say what those lose.
      if (isAddedAgain(context, change.name, name) || (live.table && replacementOf(context, live.table, name) !== null)) continue;
      const lost = live.table ? dependents(live.table, name) : [];
      const together = lost.length > 0 ? ` together with ${enumerate(lost)}` : "";
      context.report({
        at: range,
        object: `${live.name.schema}.${live.name.name}.${name}`,
        message: `Dropping ${table}.${name} deletes its data${together}, and every query that still names it fails from COMMIT on. Release code that no longer uses it first, and drop it in a later migration.`,
      });
    }
  },
});

/** Indexes and constraints that go with a column. */
function dependents(table: Table, column: string): readonly string[] {
  const indexes = table.indexes.filter(
    (index) =>
      index.include.includes(column) ||
      (index.where?.columns.includes(column) ?? false) ||
      index.elements.some((element) => element.column === column || (element.expression?.columns.includes(column) ?? false)),
  );
  const constraints = table.constraints.filter((constraint) => {
    switch (constraint.kind) {
      case "primary key":
      case "unique":
        return constraint.columns.includes(column) || constraint.include.includes(column);
      case "foreign key":
        return constraint.columns.includes(column);
      case "check":
        return constraint.expression.columns.includes(column);
      case "exclude":
        return constraint.elements.some(({ element }) => element.column === column);
      case "not null":
        return false;
    }
  });
  return [...indexes, ...constraints].map((each) => each.name);
}
