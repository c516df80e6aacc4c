import { insertAt } from "../facts/edits";
import { bad, defineRule, good, sql } from "../rule";
import type { Change, ObjectName } from "../../schema/changes";
import { temporarySchema } from "../../schema/keys";
import { quoteIdentifier } from "../../sql/identifiers";

const orders = `CREATE TABLE public.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, status text);\n`;

export default defineRule({
  id: "migration/schema-qualified-names",
  summary: "A name without its schema means whatever the search path finds first.",
  why:
    "A name without a schema is looked up in the schemas of search_path, and a new object goes into the first one. That depends on the role, the database and what ran before in the session, so that one migration may change another table in another environment ([the schema search path](https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH)).",
  whatToDo: "Write the schema before each name. The fix writes the one that the history gives.",
  whenNotToUse: "The search path is the same everywhere, or chooses the tenant's schema on purpose. The rule is off unless it is asked for.",
  severity: { recommended: "off", strict: "off" },
  fix: "safe",
  sources: ["postgres:ddl-schemas", "squawk:require-table-schema", "pgsafe:require-schema-qualified", "bytebase:naming_fully_qualified", "bytebase:statement_create_specify_schema", "union:108"],
  examples: [
    bad(`CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);`, {
      title: "What is created",
      at: "notes",
      message: "This name has no schema: search_path decides where it lies, here in public. Write public.notes.",
      fixed: `CREATE TABLE public.notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);`,
    }),
    bad(
      sql`
        SET lock_timeout = '5s';
        SET search_path = "Sales", public;
        ALTER TABLE "order" ADD COLUMN note text;
      `,
      {
        title: "What is changed, by way of a search path",
        given: `CREATE SCHEMA "Sales";\nCREATE TABLE "Sales"."order" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n`,
        at: `"order"`,
        message: "This name has no schema: search_path decides where it lies, here in Sales. Write Sales.order.",
        fixed: sql`
          SET lock_timeout = '5s';
          SET search_path = "Sales", public;
          ALTER TABLE "Sales"."order" ADD COLUMN note text;
        `,
      },
    ),
    good(`CREATE TABLE public.notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\nCREATE INDEX notes_id_idx ON public.notes (id DESC);\n`, { title: "With its schema, in this migration; an index lies with its table" }),
    good(`CREATE TEMPORARY TABLE seen (id bigint);\nALTER TABLE seen ADD COLUMN note text;\n`, { title: "A temporary table", given: orders }),
  ],
  on: "statement",
  changes: ["createTable", "createTableAs", "alterTable", "createIndex", "createView", "createSequence", "alterSequence", "createFunction", "createTrigger", "createPolicy", "alterPolicy", "createEnum", "createDomain", "createComposite", "drop", "write"],
  check(context) {
    for (const name of namesOf(context.change)) {
      if (name.schema !== null) continue;
      const { schema } = context.before.resolve(name);
      if (schema === temporarySchema) continue;
      context.report({
        at: name.range,
        object: `${schema}.${name.name}`,
        message: `This name has no schema: search_path decides where it lies, here in ${schema}. Write ${schema}.${name.name}.`,
        fixes: [{ title: `Write ${schema} before it`, kind: "safe", intents: [insertAt(name.range.start, `${quoteIdentifier(schema)}.`)] }],
      });
    }
  },
});

const relations: ReadonlySet<string> = new Set(["table", "index", "view", "materialized view", "sequence", "foreign table"]);

/** Of types and functions only what is created: what is changed is not looked up by name alone. */
function namesOf(change: Change): readonly ObjectName[] {
  switch (change.change) {
    case "createTable":
    case "createTableAs":
      return change.persistence === "temporary" ? [] : [change.name];
    case "createView":
      return change.temporary ? [] : [change.name];
    case "createSequence":
      return change.temporary ? [] : [change.name];
    case "alterTable":
    case "alterSequence":
    case "createFunction":
    case "createEnum":
    case "createDomain":
    case "createComposite":
      return [change.name];
    case "createIndex":
    case "createTrigger":
    case "createPolicy":
    case "alterPolicy":
      return [change.table];
    case "drop":
      if (change.table !== null) return [change.table];
      return relations.has(change.kind) ? change.names : [];
    case "write":
      return change.tables;
    default:
      return [];
  }
}
