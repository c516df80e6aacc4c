import { bad, defineRule, good, sql, type ConclusionContext, type Note, type StatementContext } from "../rule";
import type { Change, ColumnDefinition, ConstraintDefinition, ObjectName, TableAction } from "../../schema/changes";
import { temporarySchema } from "../../schema/keys";
import type { QualifiedName } from "../../schema/model";
import { qualified } from "../../schema/view";
import type { Range } from "../../text/range";
import { display } from "../wording";

type Kind = "relation" | "type" | "function";

const errors: Readonly<Record<Kind, string>> = { relation: "42P01", type: "42704", function: "42883" };

export default defineRule({
  id: "migration/object-created-later",
  summary: "A migration uses an object that only a later one creates.",
  why:
    "On a database where both were written it works, because the object was there already; on a new one (a colleague's, the test run's, the next customer's) the migrations run in the order of their files, and this one fails (42P01 undefined_table, 42704 undefined_object, 42883 undefined_function). Most often two branches were merged, and the files were numbered in another order than they were written.",
  whatToDo: "Give the migration that creates the object the lower number, if neither is released; else move the statement that uses it into a migration after that one.",
  whenNotToUse: "The object is part of every database before the first migration runs, and the later migration only writes it down: let it say IF NOT EXISTS.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["postgres:errcodes-appendix", "union:62"],
  examples: [
    bad(
      sql`
        CREATE TABLE refunds (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          invoice_id bigint NOT NULL REFERENCES invoices
        );
        CREATE INDEX refunds_invoice_id_idx ON refunds (invoice_id);
      `,
      {
        title: "A foreign key to a table of a later migration",
        beside: { "migrations/0003_invoices.sql": "CREATE TABLE invoices (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n" },
        at: "invoices",
        message: "This migration uses table invoices, which 0003_invoices creates after it: on a new database it fails here (42P01). Run 0003_invoices first, or use the table in a migration after it.",
      },
    ),
    bad(
      sql`
        CREATE TABLE jobs (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          state job_state NOT NULL
        );
      `,
      {
        title: "A type of a later migration",
        beside: { "migrations/0003_states.sql": "CREATE TYPE job_state AS ENUM ('waiting', 'done');\n" },
        at: "job_state",
        message: "This migration uses type job_state, which 0003_states creates after it: on a new database it fails here (42704). Run 0003_states first, or use the type in a migration after it.",
      },
    ),
    bad(
      sql`
        INSERT INTO plans (name) VALUES ('free');
        CREATE TABLE plans (name text PRIMARY KEY);
      `,
      {
        title: "Further down in the same file",
        at: "plans",
        message: "This migration uses table plans, and creates it only further down: it fails here (42P01). Move this statement below that one.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE TABLE refunds (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          invoice_id bigint NOT NULL REFERENCES invoices
        );
        CREATE INDEX refunds_invoice_id_idx ON refunds (invoice_id);
      `,
      { title: "The history never creates it: it was there before", beside: { "migrations/0003_other.sql": "CREATE TABLE other (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n" } },
    ),
    good(
      sql`
        INSERT INTO plans (name) VALUES ('free');
      `,
      { title: "What the later migration creates may be there already", beside: { "migrations/0003_plans.sql": "CREATE TABLE IF NOT EXISTS plans (name text PRIMARY KEY);\n" } },
    ),
    good(
      sql`
        INSERT INTO plans (name) VALUES ('free');
      `,
      { title: "It is dropped first, so it was there", beside: { "migrations/0003_plans.sql": "DROP TABLE IF EXISTS plans;\nCREATE TABLE plans (name text PRIMARY KEY);\n" } },
    ),
    good(
      sql`
        CREATE TABLE plans (name text PRIMARY KEY);
        INSERT INTO plans (name) VALUES ('free');
      `,
      { title: "Created in the same migration, and then used" },
    ),
    good(
      sql`
        CREATE FUNCTION plan_count() RETURNS bigint LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN (SELECT count(*) FROM plans); END $$;
      `,
      { title: "A function's body is read when it is called", beside: { "migrations/0003_plans.sql": "CREATE TABLE plans (name text PRIMARY KEY);\n" } },
    ),
  ],
  proof: [
    { given: [], statement: "CREATE TABLE t (x bigint REFERENCES later)", fails: "42P01" },
    { given: [], statement: "ALTER TABLE later ADD y int", fails: "42P01" },
    { given: [], statement: "CREATE INDEX ON later (x)", fails: "42P01" },
    { given: [], statement: "CREATE VIEW v AS SELECT x FROM later", fails: "42P01" },
    { given: [], statement: "INSERT INTO later VALUES (1)", fails: "42P01" },
    { given: [], statement: "CREATE POLICY p ON later USING (true)", fails: "42P01" },
    { given: ["CREATE TABLE t (x int)"], statement: "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION later()", fails: "42883" },
    { given: [], statement: "CREATE TABLE t (x later)", fails: "42704" },
    { given: ["CREATE TABLE t (x text)"], statement: "ALTER TABLE t ALTER x TYPE later USING x::later", fails: "42704" },
  ],
  on: "statement",
  changes: [
    "createTable", "createTableAs", "alterTable", "createIndex", "createTrigger", "createPolicy", "createView", "write",
    "createEnum", "createDomain", "createComposite", "createRange", "createFunction", "rename", "drop",
  ], // prettier-ignore
  check(context) {
    // A block may run a statement only where it fits.
    if (context.embedded) return;
    const { change } = context;
    for (const [kind, name, word] of made(change)) {
      const subject = creationName(context, name);
      context.note({ subject: `${kind} ${qualified(subject)}`, role: word === null ? "was there" : "creates", words: word === null ? "" : `${word} ${display(subject)}`, at: name.range });
    }
    for (const [kind, name] of gone(change)) context.note({ subject: `${kind} ${qualified(context.before.resolve(name))}`, role: "was there", words: "", at: name.range });
    if (context.version.released) return;
    for (const [kind, name] of used(change)) {
      const meant = missing(context, kind, name);
      if (meant !== null) context.note({ subject: `${kind} ${qualified(meant)}`, role: "uses", words: kind, at: name.range });
    }
  },
  conclude(context) {
    if (!context.notes.some(({ role }) => role === "uses")) return;
    const bySubject = new Map<string, Note[]>();
    for (const note of context.notes) bySubject.set(note.subject, [...(bySubject.get(note.subject) ?? []), note]);
    for (const notes of bySubject.values()) reportFirstUse(context, notes);
  },
});

/** What comes next after the first use tells whether the object can have been there. */
function reportFirstUse(context: ConclusionContext, notes: readonly Note[]): void {
  const [first] = notes;
  const next = notes.find(({ role }) => role !== "uses");
  if (first?.role !== "uses" || next?.role !== "creates") return;
  const kind = first.words as Kind;
  const { words } = next;
  const what = words.slice(0, words.indexOf(" "));
  const message =
    next.version.id === first.version.id
      ? `This migration uses ${words}, and creates it only further down: it fails here (${errors[kind]}). Move this statement below that one.`
      : `This migration uses ${words}, which ${next.version.id} creates after it: on a new database it fails here (${errors[kind]}). Run ${next.version.id} first, or use the ${what} in a migration after it.`;
  context.report({ at: first.at, object: first.subject.slice(first.subject.indexOf(" ") + 1), message, related: [{ place: next.at, message: "Created here" }] });
}

function creationName({ before }: StatementContext, name: Pick<ObjectName, "schema" | "name">): QualifiedName {
  return { schema: name.schema ?? before.session.searchPath[0] ?? "public", name: name.name };
}

/** The name that an object would have that is nowhere in the schema; null where it is there, or the history cannot make it. */
function missing(context: StatementContext, kind: Kind, name: Pick<ObjectName, "schema" | "name">): QualifiedName | null {
  const { before } = context;
  const path = name.schema === null ? [temporarySchema, ...before.session.searchPath] : [name.schema];
  const isThere = (candidate: QualifiedName): boolean =>
    kind === "function" ? before.functions(candidate).length > 0 : before.relation(candidate) !== undefined || (kind === "type" && before.type(candidate) !== undefined);
  return path.some((schema) => isThere({ schema, name: name.name })) ? null : creationName(context, name);
}

/** Each with the word for it; null where OR REPLACE or IF NOT EXISTS says that it may have been there. */
function made(change: Change): readonly (readonly [Kind, ObjectName, string | null])[] {
  switch (change.change) {
    case "createTable":
    case "createTableAs":
      return change.persistence === "temporary" ? [] : [["relation", change.name, change.ifNotExists ? null : "table"]];
    case "createView":
      return change.temporary ? [] : [["relation", change.name, change.replace || change.ifNotExists ? null : change.materialized ? "materialized view" : "view"]];
    case "createEnum":
    case "createComposite":
    case "createRange":
      return [["type", change.name, "type"]];
    case "createDomain":
      return [["type", change.name, "domain"]];
    case "createFunction":
      return [["function", change.name, change.replace ? null : change.kind]];
    case "rename":
      return change.kind === "table" ? [["relation", { schema: change.name.schema, name: change.to.name, range: change.to.range }, "table"]] : [];
    default:
      return [];
  }
}

/** What has to be there, or may have been, before it goes. */
function gone(change: Change): readonly (readonly [Kind, ObjectName])[] {
  if (change.change === "rename" && change.kind === "table") return [["relation", change.name]];
  if (change.change !== "drop") return [];
  switch (change.kind) {
    case "table":
    case "view":
    case "materialized view":
      return change.names.map((name) => ["relation", name]);
    case "type":
    case "domain":
      return change.names.map((name) => ["type", name]);
    case "function":
    case "procedure":
      return change.names.map((name) => ["function", name]);
    default:
      return [];
  }
}

function used(change: Change): readonly (readonly [Kind, ObjectName])[] {
  switch (change.change) {
    case "createTable":
      return [
        ...[...change.inherits, ...(change.partitionOf ? [change.partitionOf] : []), ...change.like.map(({ source }) => source)].map((name) => ["relation", name] as const),
        ...change.columns.flatMap(usedByColumn),
        ...change.constraints.flatMap(usedByConstraint),
      ];
    case "alterTable":
      return change.word !== "table" || change.ifExists ? [] : [["relation", change.name], ...change.actions.flatMap(usedByAction)];
    case "createIndex":
    case "createPolicy":
      return [["relation", change.table]];
    case "createTrigger":
      return [["relation", change.table], ["function", change.function]];
    case "createView":
      return change.reads.map((name) => ["relation", name]);
    case "write":
      return change.tables.map((name) => ["relation", name]);
    default:
      return [];
  }
}

function usedByAction(action: TableAction): readonly (readonly [Kind, ObjectName])[] {
  switch (action.action) {
    case "addColumn":
      return usedByColumn(action.column);
    case "addConstraint":
      return usedByConstraint(action.constraint);
    case "setType":
      return usedByType(action.type);
    case "attachPartition":
      return [["relation", action.partition]];
    default:
      return [];
  }
}

function usedByColumn(column: ColumnDefinition): readonly (readonly [Kind, ObjectName])[] {
  return [...(column.type ? usedByType(column.type) : []), ...column.constraints.flatMap(usedByConstraint)];
}

function usedByConstraint(constraint: ConstraintDefinition): readonly (readonly [Kind, ObjectName])[] {
  return constraint.kind === "foreign key" ? [["relation", constraint.references]] : [];
}

/** A user's type without a schema has an empty one until it is looked up. */
function usedByType({ type, range }: { readonly type: { readonly schema: string; readonly name: string }; readonly range: Range }): readonly (readonly [Kind, ObjectName])[] {
  return type.schema === "pg_catalog" ? [] : [["type", { schema: type.schema === "" ? null : type.schema, name: type.name, range }]];
}
