import { textAt } from "../facts/edits";
import { constraintName } from "../facts/names";
import { workWithin } from "../facts/locks";
import { notNullSteps } from "../facts/notNull";
import { later, laterSteps, lockTimeoutStatement, notValidTitle } from "../facts/transactions";
import { runsOn } from "../facts/postgresVersion";
import { bad, defineRule, good, sql, type FixIntent, type LiveTable, type Report, type StatementContext } from "../rule";
import { isProvenNotNull, unvalidatedNotNull } from "../../locks/proofs";
import type { Change } from "../../schema/changes";
import type { Constraint } from "../../schema/model";
import { quoteIdentifier } from "../../sql/identifiers";
import type { Range } from "../../text/range";
import { display, enumerate } from "../wording";

const users = sql`
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text
  );
`;

const filled = ["CREATE TABLE users (id bigint PRIMARY KEY, email text)", "INSERT INTO users SELECT i, 'u' || i FROM generate_series(1, 1000) i"];

export default defineRule({
  id: "migration/set-not-null-scan",
  summary: "SET NOT NULL reads every row while the table is locked against reads and writes.",
  why:
    "ALTER COLUMN ... SET NOT NULL takes ACCESS EXCLUSIVE and reads the whole table for a null before it lets go. Where a valid CHECK constraint proves that there is none, Postgres skips " +
    "the scan ([ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL)); and a CHECK can be added NOT VALID and validated beside reads and writes. " +
    "From Postgres 18 on, NOT NULL itself can be added as NOT VALID.",
  whatToDo:
    "Up to Postgres 17: add CHECK (column IS NOT NULL) NOT VALID; validate it in a later migration; then SET NOT NULL, which reads nothing now, and drop the CHECK. " +
    "On Postgres 18: add CONSTRAINT name NOT NULL column NOT VALID, and validate it in a later migration. Fill old rows before the constraint is added: an UPDATE of a row that is still null would fail from then on.",
  whenNotToUse: "The table is small, or nothing uses it while the migration runs.",
  severity: { recommended: "warning", strict: "error" },
  growsWithRows: true,
  fix: "review",
  sources: [
    "postgres:sql-altertable",
    "squawk:adding-not-nullable-field",
    "pgls:addingNotNullField",
    "eugene:E2",
    "strong-migrations:change_column_null",
    "migrationpilot:MP002",
    "migrationpilot:MP018",
    "migrationpilot:MP081",
    "pgfence:alter-column-set-not-null",
    "pgm:PGM013",
    "drizzle-migration-lint:set-not-null",
    "diesel-guard:add-not-null",
    "pgsafe:set-not-null",
    "atlas:PG303",
    "atlas:MF104",
    "bytebase:statement_disallow_add_not_null",
    "eugene:W14",
    "pgfence:add-pk-using-index",
    "atlas:PG304",
    "pgm:PGM016",
    "union:13",
    "union:15",
    "union:16",
  ],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ALTER COLUMN email SET NOT NULL;
      `,
      {
        title: "On a column with rows",
        given: users,
        postgresVersion: 17,
        at: "SET NOT NULL",
        message:
          "SET NOT NULL on users.email reads all of users while ACCESS EXCLUSIVE blocks reads and writes. Add CHECK (email IS NOT NULL) NOT VALID and validate it in a later migration: SET NOT NULL reads nothing after that.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE users ADD CONSTRAINT users_email_not_null CHECK (email IS NOT NULL) NOT VALID;
        `,
        creates: {
          "migrations/0003_validate_users_email_not_null.sql": sql`
            ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null;
          `,
          "migrations/0004_set_users_email_not_null.sql": sql`
            SET lock_timeout = '5s';
            ALTER TABLE users ALTER COLUMN email SET NOT NULL;
            ALTER TABLE users DROP CONSTRAINT users_email_not_null;
          `,
        },
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ALTER email SET NOT NULL;
      `,
      {
        title: "The same on Postgres 18",
        given: users,
        postgresVersion: 18,
        at: "SET NOT NULL",
        message:
          "SET NOT NULL on users.email reads all of users while ACCESS EXCLUSIVE blocks reads and writes. Add CONSTRAINT users_email_not_null NOT NULL email NOT VALID, and validate it in a later migration.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE users ADD CONSTRAINT users_email_not_null NOT NULL email NOT VALID;
        `,
        creates: {
          "migrations/0003_validate_users_email_not_null.sql": sql`
            ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null;
          `,
        },
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ALTER COLUMN email SET NOT NULL;
      `,
      {
        title: "Where nothing tells the version of Postgres",
        given: users,
        postgresVersion: null,
        at: "SET NOT NULL",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE users ADD CONSTRAINT users_email_not_null CHECK (email IS NOT NULL) NOT VALID;
        `,
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ALTER COLUMN email SET NOT NULL;
      `,
      {
        title: "A CHECK that is not validated yet",
        given: `${users}ALTER TABLE users ADD CONSTRAINT users_email_present CHECK (email IS NOT NULL) NOT VALID;\n`,
        at: "SET NOT NULL",
        message:
          "SET NOT NULL on users.email reads all of users while ACCESS EXCLUSIVE blocks reads and writes: CHECK users_email_present says that there is no null, but is not validated. VALIDATE CONSTRAINT users_email_present first: SET NOT NULL reads nothing after that.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE users VALIDATE CONSTRAINT users_email_present;
          ALTER TABLE users ALTER COLUMN email SET NOT NULL;
        `,
      },
    ),
    bad(
      sql`
        SET LOCAL lock_timeout = '5s';
        --> statement-breakpoint
        ALTER TABLE users ADD CONSTRAINT users_email_present CHECK (email IS NOT NULL) NOT VALID;
        --> statement-breakpoint
        ALTER TABLE users ALTER COLUMN email SET NOT NULL;
      `,
      {
        title: "A CHECK that is added in the same transaction",
        given: users,
        tool: "drizzle",
        at: "SET NOT NULL",
        message:
          "SET NOT NULL on users.email reads all of users while ACCESS EXCLUSIVE blocks reads and writes: CHECK users_email_present says that there is no null, but is not validated. VALIDATE CONSTRAINT users_email_present in a migration of a later deployment, and SET NOT NULL after that, which reads nothing then.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ADD CONSTRAINT users_email_present CHECK (email IS NOT NULL), ALTER COLUMN email SET NOT NULL;
      `,
      {
        title: "A CHECK of the same statement comes too late",
        given: users,
        postgresVersion: 17,
        at: "SET NOT NULL",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE regions ADD CONSTRAINT regions_pkey PRIMARY KEY USING INDEX regions_code_key;
      `,
      {
        title: "A primary key on an index makes its columns NOT NULL",
        given: sql`
          CREATE TABLE regions (code text);
          CREATE UNIQUE INDEX regions_code_key ON regions (code);
        `,
        at: "regions_code_key",
        message:
          "PRIMARY KEY USING INDEX regions_code_key makes code NOT NULL, and reads all of regions for it while ACCESS EXCLUSIVE blocks reads and writes. Set it NOT NULL the safe way before, by a CHECK that is validated first: nothing is read then.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE regions ADD CONSTRAINT regions_pkey PRIMARY KEY USING INDEX regions_code_key;
      `,
      {
        title: "The key's columns are NOT NULL already",
        given: sql`
          CREATE TABLE regions (code text NOT NULL);
          CREATE UNIQUE INDEX regions_code_key ON regions (code);
        `,
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ALTER COLUMN email SET NOT NULL;
        ALTER TABLE users DROP CONSTRAINT users_email_present;
      `,
      {
        title: "After a valid CHECK that proves it",
        given: sql`
          CREATE TABLE users (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            email text,
            CONSTRAINT users_email_present CHECK (email IS NOT NULL AND email <> '')
          );
        `,
      },
    ),
    good(
      sql`
        CREATE TABLE users (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          email text
        );
        ALTER TABLE users ALTER COLUMN email SET NOT NULL;
      `,
      { title: "The table is new in this migration" },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ADD CONSTRAINT users_email_not_null NOT NULL email NOT VALID;
      `,
      { title: "NOT VALID, from Postgres 18 on", given: users, postgresVersion: 18 },
    ),
  ],
  proof: [
    { given: filled, statement: "ALTER TABLE users ALTER COLUMN email SET NOT NULL", locks: { users: "AccessExclusiveLock" }, scans: ["users"], rewrites: [] },
    { given: filled, statement: "ALTER TABLE users ADD CONSTRAINT c CHECK (email IS NOT NULL) NOT VALID", locks: { users: "AccessExclusiveLock" }, scans: [] },
    {
      given: [...filled, "ALTER TABLE users ADD CONSTRAINT c CHECK (email IS NOT NULL) NOT VALID"],
      statement: "ALTER TABLE users VALIDATE CONSTRAINT c",
      locks: { users: "ShareUpdateExclusiveLock" },
      scans: ["users"],
    },
    { given: [...filled, "ALTER TABLE users ADD CONSTRAINT c CHECK (email IS NOT NULL)"], statement: "ALTER TABLE users ALTER COLUMN email SET NOT NULL", locks: { users: "AccessExclusiveLock" }, scans: [] },
    { given: [...filled, "ALTER TABLE users ADD CONSTRAINT c CHECK (email IS NOT NULL AND email <> '')"], statement: "ALTER TABLE users ALTER COLUMN email SET NOT NULL", scans: [] },
    { given: [...filled, "ALTER TABLE users ADD CONSTRAINT c CHECK (email <> '')"], statement: "ALTER TABLE users ALTER COLUMN email SET NOT NULL", scans: ["users"] },
    { given: [...filled, "ALTER TABLE users ADD CONSTRAINT c CHECK (email IS NOT NULL) NOT VALID"], statement: "ALTER TABLE users ALTER COLUMN email SET NOT NULL", scans: ["users"] },
    { given: filled, statement: "ALTER TABLE users ADD CONSTRAINT c CHECK (email IS NOT NULL), ALTER COLUMN email SET NOT NULL", scans: ["users"] },
    { given: filled, statement: "ALTER TABLE users ADD CONSTRAINT c NOT NULL email NOT VALID", versions: [18], locks: { users: "AccessExclusiveLock" }, scans: [] },
    {
      given: [...filled, "ALTER TABLE users ADD CONSTRAINT c NOT NULL email NOT VALID"],
      statement: "ALTER TABLE users VALIDATE CONSTRAINT c",
      versions: [18],
      locks: { users: "ShareUpdateExclusiveLock" },
      scans: ["users"],
    },
    {
      given: [...filled, "CREATE UNIQUE INDEX u ON users (email)"],
      statement: "ALTER TABLE users ADD CONSTRAINT k UNIQUE USING INDEX u",
      locks: { users: "AccessExclusiveLock" },
      scans: [],
    },
    { given: filled, statement: "ALTER TABLE users ADD CONSTRAINT c NOT NULL email", versions: [18], locks: { users: "AccessExclusiveLock" }, scans: ["users"] },
  ],
  on: "statement",
  changes: ["alterTable"],
  check(context) {
    const { change, parsed } = context;
    if (change.change !== "alterTable" || change.word !== "table") return;
    const live = context.live(change.name);
    if (live === null || live.table?.tableKind === "foreign") return;
    const table = display(live.name);
    for (const action of change.actions) {
      if (action.action === "setNotNull") {
        const column = action.column.name;
        if (workWithin(context, action.range).length === 0) continue;
        const unproven = unvalidatedNotNull(live.table, column);
        if (unproven !== null) {
          context.report({
            at: setNotNullWords(context, action.range),
            object: `${live.name.schema}.${live.name.name}.${column}`,
            ...unvalidated(context, change, live, column, unproven),
          });
          continue;
        }
        const steps = notNullSteps(context, change.name, column);
        const remedy =
          runsOn(context.database, 18)
            ? `${steps.first.replace("ADD", "Add")}, and validate it ${later(context)}.`
            : `Add CHECK (${quoteIdentifier(column)} IS NOT NULL) NOT VALID and validate it ${later(context)}: SET NOT NULL reads nothing after that.`;
        context.report({
          at: setNotNullWords(context, action.range),
          object: `${live.name.schema}.${live.name.name}.${column}`,
          message: `SET NOT NULL on ${table}.${column} reads all of ${table} while ACCESS EXCLUSIVE blocks reads and writes. ${remedy}`,
          fixes: [
            {
              title: notValidTitle(context, "constraint"),
              kind: "review",
              intents: [{ intent: "replace", range: action.range, text: steps.first }, ...steps.later],
            },
          ],
        });
      } else if (action.action === "addConstraint" && action.constraint.kind === "primary key" && action.constraint.usingIndex !== null) {
        if (workWithin(context, action.range).length > 0) keyOnIndex(context, live, action.constraint.usingIndex);
      } else if (action.action === "addConstraint" && action.constraint.kind === "not null" && !action.constraint.notValid) {
        const { constraint } = action;
        const column = constraint.columns[0]?.name;
        if (column === undefined || workWithin(context, action.range).length === 0) continue;
        const name = constraintName(context, constraint, change.name, live, [column]);
        context.report({
          at: constraint.range,
          object: `${live.name.schema}.${live.name.name}.${column}`,
          message: `Adding NOT NULL ${name} reads all of ${table} while ACCESS EXCLUSIVE blocks reads and writes. Add it NOT VALID, then VALIDATE CONSTRAINT ${later(context)}.`,
          fixes: [
            {
              title: notValidTitle(context, "constraint"),
              kind: "review",
              intents: [
                { intent: "replace", range: { start: constraint.range.end, end: constraint.range.end }, text: " NOT VALID" },
                ...laterSteps(context, [{ intent: "laterVersion", name: `validate_${name}`, statements: [`ALTER TABLE ${textAt(parsed, change.name.range)} VALIDATE CONSTRAINT ${quoteIdentifier(name)}`] }]),
              ],
            },
          ],
        });
      }
    }
  },
});

function unvalidated(context: StatementContext, change: Extract<Change, { change: "alterTable" }>, live: LiveTable, column: string, check: Constraint): Pick<Report, "message" | "fixes"> {
  const table = display(live.name);
  const alter = `ALTER TABLE ${textAt(context.parsed, change.name.range)}`;
  const validate = `${alter} VALIDATE CONSTRAINT ${quoteIdentifier(check.name)}`;
  const harm = `SET NOT NULL on ${table}.${column} reads all of ${table} while ACCESS EXCLUSIVE blocks reads and writes: CHECK ${check.name} says that there is no null, but is not validated.`;
  // The lock that its ADD CONSTRAINT took is still held.
  const locked = check.createdIn === context.version.id && context.before.session.transaction !== null;
  if (!locked) {
    return {
      message: `${harm} VALIDATE CONSTRAINT ${check.name} first: SET NOT NULL reads nothing after that.`,
      fixes: [{ title: `Validate ${check.name} first`, kind: "review", intents: [{ intent: "insertStatement", where: "before", sql: validate }] }],
    };
  }
  const steps: readonly FixIntent[] = [
    { intent: "laterVersion", name: `validate_${check.name}`, statements: [validate] },
    { intent: "laterVersion", name: `set_${change.name.name}_${column}_not_null`, statements: [lockTimeoutStatement(context), `${alter} ALTER COLUMN ${quoteIdentifier(column)} SET NOT NULL`] },
  ];
  return {
    message: `${harm} VALIDATE CONSTRAINT ${check.name} ${later(context)}, and SET NOT NULL after that, which reads nothing then.`,
    fixes: change.actions.length > 1 ? [] : [{ title: `Leave SET NOT NULL until ${check.name} is validated`, kind: "review", intents: [{ intent: "removeStatement" }, ...laterSteps(context, steps)] }],
  };
}

/** PRIMARY KEY USING INDEX makes the index's columns NOT NULL on the way. */
function keyOnIndex(context: StatementContext, live: LiveTable, index: { readonly name: string; readonly range: Range }): void {
  const table = display(live.name);
  const columns = live.table?.indexes.find((each) => each.name === index.name)?.elements.flatMap((element) => element.column ?? []) ?? [];
  const nullable = columns.filter((column) => !isProvenNotNull(live.table, column));
  context.report({
    at: index.range,
    object: `${live.name.schema}.${live.name.name}`,
    message:
      `PRIMARY KEY USING INDEX ${index.name} makes ${nullable.length > 0 ? enumerate(nullable) : "its columns"} NOT NULL, and reads all of ${table} for it while ACCESS EXCLUSIVE blocks reads and writes. ` +
      `Set ${nullable.length === 1 ? "it" : "them"} NOT NULL the safe way before, by a CHECK that is validated first: nothing is read then.`,
  });
}

function setNotNullWords({ parsed }: StatementContext, range: Range): Range {
  const match = /\bset\s+not\s+null\s*$/i.exec(textAt(parsed, range));
  return match ? { start: range.start + match.index, end: range.end } : range;
}
