import { insertAt } from "../facts/edits";
import { constraintName } from "../facts/names";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { ConstraintDefinition, ObjectName } from "../../schema/changes";
import { quoteIdentifier } from "../../sql/identifiers";
import { keywordRange } from "../../sql/ranges";
import { display } from "../wording";

const users = `CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text);\n`;

export default defineRule({
  id: "migration/unnamed-object",
  summary: "An index or a constraint gets its name from Postgres.",
  why:
    "Postgres makes a name of the table and the columns, and puts a number behind it where that is taken. So a database with another past has another name for the same constraint, and the migration that drops or validates it later fails there. After a rename the name tells of a table that is no more. " +
    "([CREATE TABLE](https://www.postgresql.org/docs/current/sql-createtable.html), ON CONFLICT ON CONSTRAINT and error messages use the name too.)",
  whatToDo: "Write the name. The fix writes the one that Postgres would choose, so that nothing changes.",
  whenNotToUse: "Postgres's own names are your convention, and every database is made by the same migrations.",
  severity: { recommended: "off", strict: "hint" },
  fix: "safe",
  sources: ["postgres:sql-createtable", "postgres:sql-createindex", "migrationpilot:MP042", "diesel-guard:unnamed-constraint", "union:99"],
  examples: [
    bad(`CREATE INDEX CONCURRENTLY ON users (email);`, {
      title: "An index",
      given: users,
      at: "INDEX",
      message: "Postgres chooses this index's name, users_email_idx where that is free. Write it.",
      fixed: `CREATE INDEX CONCURRENTLY users_email_idx ON users (email);`,
    }),
    bad(
      sql`
        CREATE TABLE orders (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          total numeric(10,2) NOT NULL CHECK (total >= 0),
          code text CONSTRAINT orders_code_key UNIQUE
        );
      `,
      {
        title: "A constraint of a column",
        at: "CHECK (total >= 0)",
        message: "Postgres chooses this check constraint's name, orders_total_check where that is free. Write it.",
        fixed: sql`
          CREATE TABLE orders (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            total numeric(10,2) NOT NULL CONSTRAINT orders_total_check CHECK (total >= 0),
            code text CONSTRAINT orders_code_key UNIQUE
          );
        `,
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ADD CHECK (email <> '') NOT VALID;
      `,
      {
        title: "A constraint of a table that is in use",
        given: users,
        at: "CHECK (email <> '') NOT VALID",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE users ADD CONSTRAINT users_email_check CHECK (email <> '') NOT VALID;
        `,
      },
    ),
    good(`CREATE INDEX CONCURRENTLY users_email_idx ON users (email);`, { given: users }),
    good(
      sql`
        CREATE TABLE notes (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          body text NOT NULL
        );
      `,
      { title: "A primary key and NOT NULL: their names are of no use, in a table that is new in this migration" },
    ),
  ],
  on: "statement",
  changes: ["createIndex", "createTable", "alterTable"],
  check(context) {
    const { change } = context;
    if (change.change === "createIndex") unnamedIndex(context);
    if (change.change === "createTable" && change.persistence !== "temporary") {
      for (const constraint of change.constraints) unnamedConstraint(context, change.name, constraint, columnsOf(constraint));
      for (const column of change.columns) for (const constraint of column.constraints) unnamedConstraint(context, change.name, constraint, [column.name.name]);
    }
    if (change.change !== "alterTable" || change.word !== "table" || context.before.resolveTable(change.name)?.persistence === "temporary") return;
    for (const action of change.actions) {
      if (action.action === "addConstraint") unnamedConstraint(context, change.name, action.constraint, columnsOf(action.constraint));
      if (action.action === "addColumn") for (const constraint of action.column.constraints) unnamedConstraint(context, change.name, constraint, [action.column.name.name]);
    }
  },
});

function unnamedIndex(context: StatementContext): void {
  const { change, before, after, parsed } = context;
  if (change.change !== "createIndex" || change.index.name !== null) return;
  const table = after.resolveTable(change.table);
  const word = keywordRange(parsed, ["index"], change.range.start);
  const on = word && keywordRange(parsed, ["on"], word.end);
  if (!word || !on || table === undefined || table.persistence === "temporary") return;
  const old = before.resolveTable(change.table)?.indexes ?? [];
  const made = table.indexes.find((index) => !old.some((each) => each.name === index.name));
  if (made === undefined) return;
  context.report({
    at: word,
    object: `${table.schema}.${table.name}`,
    message: `Postgres chooses this index's name, ${made.name} where that is free. Write it.`,
    fixes: [{ title: `Name it ${made.name}`, kind: "safe", intents: [insertAt(on.start, `${quoteIdentifier(made.name)} `)] }],
  });
}

function columnsOf(constraint: ConstraintDefinition): readonly string[] {
  if (constraint.kind === "exclude") return constraint.elements.flatMap(({ element }) => element.column ?? []);
  return constraint.kind === "check" ? constraint.expression.columns : constraint.columns.map((column) => column.name);
}

/** A primary key is named after its table alone, and nobody names NOT NULL. */
function unnamedConstraint(context: StatementContext, table: ObjectName, constraint: ConstraintDefinition, columns: readonly string[]): void {
  if (constraint.name !== null || constraint.kind === "primary key" || constraint.kind === "not null") return;
  const resolved = context.after.resolve(table);
  const name = constraintName(context, constraint, table, context.live(table), columns);
  context.report({
    at: constraint.range,
    object: `${display(resolved)}.${name}`,
    message: `Postgres chooses this ${constraint.kind === "check" ? "check constraint" : constraint.kind === "unique" ? "unique constraint" : constraint.kind === "exclude" ? "exclusion constraint" : "foreign key"}'s name, ${name} where that is free. Write it.`,
    fixes: [{ title: `Name it ${name}`, kind: "safe", intents: [insertAt(constraint.range.start, `CONSTRAINT ${quoteIdentifier(name)} `)] }],
  });
}
