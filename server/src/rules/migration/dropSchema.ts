import { remove } from "../facts/edits";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { ObjectName } from "../../schema/changes";
import type { Function, Relation, Table } from "../../schema/model";
import { keywordRange } from "../../sql/ranges";
import { display, enumerateSome } from "../wording";

const reports = sql`
  CREATE SCHEMA reports;
  CREATE TABLE reports.totals (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    amount numeric(12,2) NOT NULL
  );
  CREATE VIEW reports.recent AS SELECT id FROM reports.totals;
  CREATE SCHEMA unused;
`;

export default defineRule({
  id: "migration/drop-schema",
  summary: "Dropping a schema with CASCADE deletes every table in it; without, it fails unless the schema is empty.",
  why:
    "DROP SCHEMA ... CASCADE drops all that is in the schema, rows included, and whatever depends on that in other schemas: foreign keys, views, policies. None of it is named in the migration, and what somebody made there by hand goes too. " +
    "Queries fail with 42P01 from COMMIT on, or find another table of the same name further down the search_path. Without CASCADE the statement is refused (2BP01) while anything is left in the schema ([DROP SCHEMA](https://www.postgresql.org/docs/current/sql-dropschema.html)).",
  whatToDo:
    "1. Release code that no longer uses anything in the schema. 2. Take a dump of what may be needed again (pg_dump --schema). 3. In a later migration drop each view, function and table by its name, so that a review sees what goes. 4. DROP SCHEMA without CASCADE last: it fails if something was overlooked.",
  whenNotToUse: "The schema holds nothing but what is generated and can be generated again.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["postgres:sql-dropschema", "pgls:banDropSchema", "migrationpilot:MP035", "pgfence:drop-schema", "pgm:PGM205", "atlas:DS101", "union:69"],
  examples: [
    bad(`DROP SCHEMA reports CASCADE;`, {
      title: "A schema with tables",
      given: reports,
      at: "reports",
      message: "DROP SCHEMA reports CASCADE deletes table reports.totals with its rows, view reports.recent, and all that depends on them elsewhere. Drop each by name once no code uses it, and the empty schema last, without CASCADE.",
    }),
    bad(`DROP SCHEMA reports;`, {
      title: "Refused while something is in it",
      given: reports,
      at: "reports",
      message: "DROP SCHEMA reports fails (2BP01): table reports.totals and view reports.recent are in it. Drop each by name first, once no code uses it.",
    }),
    bad(`DROP SCHEMA legacy CASCADE;`, {
      title: "A schema that the history never created",
      at: "legacy",
      message: "DROP SCHEMA legacy CASCADE deletes all that is in legacy, rows included, and all that depends on it elsewhere. Drop each object by name once no code uses it, and the empty schema last, without CASCADE.",
    }),
    bad(`DROP SCHEMA unused CASCADE;`, {
      title: "Known to be empty: no need for CASCADE",
      given: reports,
      at: "CASCADE",
      message: "CASCADE drops whatever is in unused in the database that this runs in, without a word. Leave it away: Postgres then refuses (2BP01) if anything is.",
      fixed: `DROP SCHEMA unused;`,
    }),
    good(`DROP SCHEMA unused;`, { title: "An empty one", given: reports }),
    good(
      sql`
        SET lock_timeout = '5s';
        DROP VIEW reports.recent;
        -- plumbline-ignore migration/drop-table: nothing has read it since release 8
        DROP TABLE reports.totals;
        DROP SCHEMA reports;
      `,
      { title: "What is in it goes first, by name", given: reports },
    ),
    good(`DROP SCHEMA IF EXISTS legacy CASCADE;`, { title: "IF EXISTS of what the history does not have", given: reports }),
    good(
      sql`
        CREATE SCHEMA scratch;
        CREATE TABLE scratch.numbers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        DROP SCHEMA scratch CASCADE;
      `,
      { title: "The schema is new in this migration" },
    ),
  ],
  proof: [
    { given: ["CREATE SCHEMA s", "CREATE TABLE s.t (id int PRIMARY KEY)", "CREATE TABLE u (t_id int REFERENCES s.t)"], statement: "DROP SCHEMA s CASCADE", locks: { "s.t": "AccessExclusiveLock", u: "AccessExclusiveLock" } },
    { given: ["CREATE SCHEMA s", "CREATE TABLE s.t (id int)"], statement: "DROP SCHEMA s", fails: "2BP01" },
    { given: ["CREATE SCHEMA s", "CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1'"], statement: "DROP SCHEMA s", fails: "2BP01" },
    { given: ["CREATE SCHEMA s", "CREATE TABLE s.t (id int)", "DROP SCHEMA s CASCADE"], statement: "SELECT FROM s.t", fails: "42P01" },
  ],
  on: "statement",
  changes: ["drop"],
  check(context) {
    const { change } = context;
    if (change.change === "drop" && change.kind === "schema") for (const name of change.names) checkSchema(context, name, change.cascade, change.ifExists);
  },
});

function checkSchema(context: StatementContext, written: ObjectName, cascade: boolean, ifExists: boolean): void {
  const { before, version, parsed } = context;
  const { name } = written;
  const schema = before.schema(name);
  if (schema?.createdIn === version.id) return;
  const inside = contentsOf(context, name);
  // A history with tables of its own that never had the schema: IF EXISTS finds nothing.
  if (!schema && inside.length === 0 && ifExists && before.tables().some((table) => table.createdIn !== null && table.createdIn !== version.id)) return;
  const report = (message: string): void => context.report({ at: written.range, object: name, message });
  if (!cascade) {
    if (inside.length > 0) report(`DROP SCHEMA ${name} fails (2BP01): ${enumerateSome(inside.map(wordsFor))} ${inside.length === 1 ? "is" : "are"} in it. Drop each by name first, once no code uses it.`);
    return;
  }
  if (inside.length > 0) {
    const listed = inside.map((each) => (each.kind === "table" ? `${wordsFor(each)} with its rows` : wordsFor(each)));
    const all = listed.length <= 3 ? listed.join(", ") : `${listed.slice(0, 3).join(", ")}, ${listed.length - 3} more`;
    report(`DROP SCHEMA ${name} CASCADE deletes ${all}, and all that depends on them elsewhere. Drop each by name once no code uses it, and the empty schema last, without CASCADE.`);
    return;
  }
  if (!schema) {
    report(`DROP SCHEMA ${name} CASCADE deletes all that is in ${name}, rows included, and all that depends on it elsewhere. Drop each object by name once no code uses it, and the empty schema last, without CASCADE.`);
    return;
  }
  const at = keywordRange(parsed, ["cascade"], written.range.end);
  if (at === null) return;
  context.report({
    at,
    object: name,
    severity: "info",
    message: `CASCADE drops whatever is in ${name} in the database that this runs in, without a word. Leave it away: Postgres then refuses (2BP01) if anything is.`,
    fixes: [{ title: "Leave CASCADE away", kind: "review", intents: [remove(parsed, at)] }],
  });
}

type Content = Table | Exclude<Relation, { kind: "index" }> | Function;

/** What the history left in the schema, the tables first. Not what goes with a table: its indexes, its columns' own sequences, its partitions. */
function contentsOf({ before }: StatementContext, schema: string): readonly Content[] {
  const relations = before.relations().filter((relation): relation is Exclude<Relation, { kind: "index" }> => relation.schema === schema && relation.kind !== "index");
  const listed = relations.filter((relation) => !(relation.kind === "sequence" && relation.ownedBy) && !(relation.kind === "table" && relation.partitionOf));
  const routines = before.allFunctions().filter((routine) => routine.schema === schema);
  return [...listed.filter(({ kind }) => kind === "table"), ...listed.filter(({ kind }) => kind !== "table"), ...routines];
}

function wordsFor(content: Content): string {
  const word = content.kind === "composite" ? "type" : content.kind === "view" && content.materialized ? "materialized view" : content.kind;
  return `${word} ${display(content)}`;
}
