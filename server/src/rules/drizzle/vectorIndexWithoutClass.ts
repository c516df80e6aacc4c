import { partOf, placeOf } from "../../drizzle/module";
import { columnName } from "../../drizzle/names";
import { objectOf, shown } from "../facts/declarations";
import { bad, defineRule, good, ts, type FixProposal } from "../rule";

const columns = `{ id: integer("id").primaryKey(), embedding: vector("embedding", { dimensions: 3 }).notNull() }`;

export default defineRule({
  id: "drizzle/vector-index-without-class",
  summary: "An index on a vector column without an operator class: drizzle-kit stops.",
  why:
    "pgvector has no default operator class for hnsw: the class says which distance the index answers. drizzle-kit ends with an error for a `vector` column, and no other change of the schema is generated either. For `halfvec`, `sparsevec` and `bit` it writes the index without one, and Postgres refuses it with 42704. This was run with drizzle-kit 0.31.11 and 1.0.0-rc.5.",
  whatToDo: "Say the distance that the queries use: `.using(\"hnsw\", t.embedding.op(\"vector_cosine_ops\"))` for `<=>`, vector_l2_ops for `<->`, vector_ip_ops for `<#>`; halfvec_cosine_ops and the like for halfvec.",
  whenNotToUse: "There is no such case: drizzle-kit or Postgres refuses it.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["drizzle-orm:vector-similarity-search", "pgvector:hnsw"],
  examples: [
    bad(
      ts`
        import { index, integer, pgTable, vector } from "drizzle-orm/pg-core";

        export const passages = pgTable("passages", ${columns}, (t) => [index("passages_embedding_idx").using("hnsw", t.embedding)]);
      `,
      {
        title: "vector",
        at: 'index("passages_embedding_idx").using("hnsw", t.embedding)',
        message: 'This index on passages.embedding has no operator class: drizzle-kit stops there. Say the distance that the queries use, such as t.embedding.op("vector_cosine_ops").',
        fixed: ts`
          import { index, integer, pgTable, vector } from "drizzle-orm/pg-core";

          export const passages = pgTable("passages", ${columns}, (t) => [index("passages_embedding_idx").using("hnsw", t.embedding.op("vector_cosine_ops"))]);
        `,
      },
    ),
    bad(
      ts`
        import { halfvec, index, integer, pgTable } from "drizzle-orm/pg-core";

        export const passages = pgTable("passages", { id: integer("id").primaryKey(), embedding: halfvec("embedding", { dimensions: 3 }) }, (t) => [
          index("passages_embedding_idx").using("hnsw", t.embedding),
        ]);
      `,
      {
        title: "halfvec",
        at: 'index("passages_embedding_idx").using("hnsw", t.embedding)',
        message: 'This index on passages.embedding has no operator class: its migration fails (42704). Say the distance that the queries use, such as t.embedding.op("halfvec_cosine_ops").',
      },
    ),
    good(
      ts`
        import { index, integer, pgTable, vector } from "drizzle-orm/pg-core";

        export const passages = pgTable("passages", ${columns}, (t) => [index("passages_embedding_idx").using("hnsw", t.embedding.op("vector_cosine_ops"))]);
      `,
      { title: "With a class", given: "CREATE EXTENSION IF NOT EXISTS vector;" },
    ),
    good(
      ts`
        import { sql } from "drizzle-orm";
        import { index, integer, pgTable, vector } from "drizzle-orm/pg-core";

        export const passages = pgTable("passages", ${columns}, (t) => [index("passages_embedding_idx").using("hnsw", sql\`\${t.embedding} vector_l2_ops\`)]);
      `,
      { title: "With a class, as SQL", given: "CREATE EXTENSION IF NOT EXISTS vector;" },
    ),
    good(
      ts`
        import { index, integer, pgTable, text } from "drizzle-orm/pg-core";

        export const passages = pgTable("passages", { id: integer("id").primaryKey(), body: text("body").notNull() }, (t) => [index("passages_body_idx").on(t.body)]);
      `,
      { title: "Another type, which has a default" },
    ),
  ],
  on: "declaration",
  check({ declaration: { table, extras }, code, report }) {
    for (const { extra, source } of extras) {
      if (extra.extra !== "index") continue;
      for (const part of extra.columns ?? []) {
        if (!("column" in part.of) || part.opclass !== null) continue;
        const { column } = part.of;
        const isVector = column.type === "vector";
        if (!isVector && !((column.type === "halfvec" || column.type === "sparsevec" || column.type === "bit") && (extra.method === "hnsw" || extra.method === "ivfflat"))) continue;
        const name = columnName(column, code.naming);
        const example = column.type === "bit" ? "bit_hamming_ops" : `${column.type}_cosine_ops`;
        report({
          at: placeOf(source),
          object: objectOf(table, name),
          message: `This index on ${shown(table)}.${name} has no operator class: ${isVector ? "drizzle-kit stops there" : "its migration fails (42704)"}. Say the distance that the queries use, such as t.${column.key}.op("${example}").`,
          ...(part.source ? { fixes: classesOf(column.type).map(([name, distance]): FixProposal => ({ title: `Index it for ${distance}`, kind: "review", intents: [{ intent: "replaceAt", place: placeOf(partOf(part.source!, part.source!.end - part.source!.start, part.source!.end - part.source!.start)), text: `.op("${name}")` }] })) } : {}),
        });
      }
    }
  },
});

/** Operator classes of hnsw, the most used first; ivfflat has all but those of sparsevec. */
function classesOf(type: string): readonly (readonly [name: string, distance: string])[] {
  if (type === "bit") return [["bit_hamming_ops", "the Hamming distance (<~>)"], ["bit_jaccard_ops", "the Jaccard distance (<%>)"]];
  return [[`${type}_cosine_ops`, "the cosine distance (<=>)"], [`${type}_l2_ops`, "the Euclidean distance (<->)"], [`${type}_ip_ops`, "the inner product (<#>)"]];
}
