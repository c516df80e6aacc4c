import { placeOfName } from "../facts/places";
import { bad, defineRule, good, sql } from "../rule";
import type { IndexElement, Place, Table } from "../../schema/model";
import { quoteIdentifier } from "../../sql/identifiers";
import { display } from "../wording";

export default defineRule({
  id: "index/duplicate-index",
  summary: "Two indexes that are the same, or a plain one beside a unique one of the same key.",
  why:
    "Every INSERT, and every UPDATE that is not heap-only, writes each index of its table; vacuum cleans each, and each takes its share of memory and disk. A second index with the same method, key, operator classes, collations, order, predicate and included columns answers no query that the first does not. " +
    "The index that a PRIMARY KEY or UNIQUE constraint makes by itself is often repeated by hand ([Indexes and constraints](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS)).",
  whatToDo: "Drop the one that the message names, with DROP INDEX CONCURRENTLY on a table in use. The other one belongs to a constraint, is unique, or was there first.",
  whenNotToUse: "One of the two is about to take the place of the other, for instance while an index is built anew by hand.",
  severity: { recommended: "info", strict: "warning" },
  fix: "review",
  sources: [
    "postgres:sql-createindex",
    "splinter:0009",
    "migrationpilot:MP100",
    "pgm:PGM508",
    "pg-index-health:duplicated_indexes",
    "pglinter:B002",
    "pghero:duplicate_indexes",
    "db_verifier:i1001",
    "union:171",
  ],
  examples: [
    bad(
      sql`
        CREATE TABLE users (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          email text NOT NULL UNIQUE
        );
        CREATE INDEX users_email_idx ON users (email);
      `,
      {
        title: "An index that a unique constraint has already",
        at: "users_email_idx",
        message: "Index users_email_idx is covered by that of unique constraint users_email_key, and each write of users maintains both. Drop users_email_idx.",
        fixed: sql`
          CREATE TABLE users (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            email text NOT NULL UNIQUE
          );
        `,
      },
    ),
    bad(
      sql`
        CREATE TABLE orders (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          status text NOT NULL,
          created_at timestamptz NOT NULL
        );
        CREATE INDEX orders_open_idx ON orders (created_at DESC) WHERE status = 'open';
        CREATE INDEX orders_recent_idx ON orders USING btree (created_at DESC NULLS FIRST) WHERE (status = 'open');
      `,
      {
        title: "The same index, written differently",
        at: "orders_recent_idx",
        message: "Index orders_recent_idx is the same as index orders_open_idx, and each write of orders maintains both. Drop orders_recent_idx.",
        fixed: sql`
          CREATE TABLE orders (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            status text NOT NULL,
            created_at timestamptz NOT NULL
          );
          CREATE INDEX orders_open_idx ON orders (created_at DESC) WHERE status = 'open';
        `,
      },
    ),
    bad(
      sql`
        CREATE TABLE tags (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          name text NOT NULL
        );
        CREATE INDEX tags_name_idx ON tags (name);
        CREATE UNIQUE INDEX tags_name_key ON tags (name);
      `,
      {
        title: "A plain index beside a unique one",
        at: "tags_name_idx",
        message: "Index tags_name_idx is covered by unique index tags_name_key, and each write of tags maintains both. Drop tags_name_idx.",
      },
    ),
    good(
      sql`
        CREATE TABLE users (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          email text NOT NULL,
          name text
        );
        CREATE UNIQUE INDEX users_email_key ON users (email);
        CREATE INDEX users_email_pattern_idx ON users (email text_pattern_ops);
        CREATE INDEX users_email_lower_idx ON users (lower(email));
        CREATE INDEX users_email_name_idx ON users (email) INCLUDE (name);
        CREATE INDEX users_named_idx ON users (email) WHERE name IS NOT NULL;
        CREATE INDEX users_email_hash_idx ON users USING hash (email);
      `,
      { title: "Created in the same migration: operator class, expression, included columns, predicate and method differ" },
    ),
    good(
      sql`
        DROP INDEX CONCURRENTLY users_email_idx;
      `,
      {
        title: "After one of them is gone",
        given: sql`
          CREATE TABLE users (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            email text NOT NULL UNIQUE
          );
          CREATE INDEX users_email_idx ON users (email);
        `,
      },
    ),
  ],
  on: "table",
  check(context) {
    const { table } = context;
    if (table.tableKind === "foreign") return;
    const groups = new Map<string, Candidate[]>();
    for (const candidate of candidatesOf(table)) groups.set(candidate.key, [...(groups.get(candidate.key) ?? []), candidate]);
    for (const group of groups.values()) {
      // The sort is stable: of equals, the first one stays.
      const [keep, ...others] = [...group].sort((a, b) => b.rank - a.rank);
      if (keep === undefined) continue;
      for (const other of others) {
        // Two constraints, or unique indexes that treat nulls differently, each say something of their own.
        if (other.constraint || (other.unique && other.nullsNotDistinct !== keep.nullsNotDistinct)) continue;
        const at = other.place ?? table.namePlace;
        if (at === null) continue;
        const name = quoteIdentifier(other.name);
        const drop = table.schema === "public" ? name : `${quoteIdentifier(table.schema)}.${name}`;
        context.report({
          at,
          object: `${table.schema}.${other.name}`,
          message: `Index ${other.name} ${isSame(other, keep) ? "is the same as" : "is covered by"} ${isSame(other, keep) || !keep.unique || keep.constraint ? keep.words : `unique ${keep.words}`}, and each write of ${display(table)} maintains both. Drop ${other.name}.`,
          related: keep.place ? [{ place: keep.place, message: `${keep.name} does the same` }] : [],
          fixes: [
            ...(other.place ? [{ title: `Do not create ${other.name}`, kind: "review" as const, intents: [{ intent: "removeStatement" as const, place: other.place }] }] : []),
            {
              title: `Drop ${other.name}`,
              kind: "review",
              intents: [
                {
                  intent: "amend",
                  table: { schema: table.schema, name: table.name },
                  createdIn: table.createdIn,
                  name: `drop_${other.name}`,
                  statements: [table.tableKind === "partitioned" ? { sql: `DROP INDEX ${drop}` } : { sql: `DROP INDEX ${drop}`, concurrently: `DROP INDEX CONCURRENTLY ${drop}` }],
                },
              ],
            },
          ],
        });
      }
    }
  },
});

/** A plain index beside a unique one of the same key answers the same queries, and is not the same. */
function isSame(a: Candidate, b: Candidate): boolean {
  return a.unique === b.unique && a.nullsNotDistinct === b.nullsNotDistinct;
}

interface Candidate {
  readonly key: string;
  readonly name: string;
  readonly words: string;
  readonly constraint: boolean;
  readonly unique: boolean;
  readonly nullsNotDistinct: boolean;
  /** What is kept before what. */
  readonly rank: number;
  readonly place: Place | null;
}

function candidatesOf(table: Table): readonly Candidate[] {
  const candidates: Candidate[] = [];
  for (const constraint of table.constraints) {
    if (constraint.kind !== "primary key" && constraint.kind !== "unique") continue;
    if (constraint.withoutOverlaps) continue;
    candidates.push({
      key: keyOf("btree", constraint.columns.map(plainElement), constraint.include, null),
      name: constraint.name,
      words: `that of ${constraint.kind === "unique" ? "unique constraint" : "primary key"} ${constraint.name}`,
      constraint: true,
      unique: true,
      nullsNotDistinct: constraint.kind === "unique" && constraint.nullsNotDistinct,
      rank: constraint.kind === "primary key" ? 4 : 3,
      place: constraint.origin,
    });
  }
  for (const index of table.indexes) {
    // One that came from the parent's is judged there; an invalid one answers no query.
    if (index.parent !== null || !index.valid || index.only) continue;
    const used = index.name === table.clusterIndex || table.replicaIdentity?.includes(index.name) === true;
    candidates.push({
      key: keyOf(index.method, index.elements, index.include, index.where?.text ?? null),
      name: index.name,
      words: `index ${index.name}`,
      constraint: false,
      unique: index.unique,
      nullsNotDistinct: index.nullsNotDistinct,
      rank: (index.unique ? 1 : 0) + (used ? 1 : 0),
      place: index.origin && placeOfName(index.origin, index.name),
    });
  }
  return candidates;
}

function keyOf(method: string, elements: readonly IndexElement[], include: readonly string[], where: string | null): string {
  const ordered = method === "btree";
  const each = elements.map((element) => [
    element.column ?? normalized(element.expression?.text ?? ""),
    element.column === null,
    isDefaultClass(method, element.opclass) ? null : element.opclass,
    element.opclassOptions,
    element.collation,
    ordered ? element.order : null,
    ordered ? element.nulls : null,
  ]);
  return JSON.stringify([method, each, [...include].sort(), where === null ? null : normalized(where)]);
}

/** Every built-in B-tree operator class but those for patterns is its type's default, or an alias of it. */
function isDefaultClass(method: string, opclass: string | null): boolean {
  return opclass === null || (method === "btree" && !opclass.endsWith("_pattern_ops"));
}

function plainElement(column: string): IndexElement {
  return { column, expression: null, opclass: null, opclassOptions: null, collation: null, order: "asc", nulls: "last" };
}

/** White space means nothing. */
function normalized(expression: string): string {
  return expression.trim().replace(/\s+/g, " ");
}
