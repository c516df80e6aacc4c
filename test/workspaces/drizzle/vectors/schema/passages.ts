import { sql } from "drizzle-orm";
import { bit, geometry, halfvec, index, integer, pgTable, sparsevec, text, vector } from "drizzle-orm/pg-core";
import { EMBEDDING_DIMENSIONS } from "../settings";

export const passages = pgTable(
  "passages",
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    content: text().notNull(),
    embedding: vector({ dimensions: EMBEDDING_DIMENSIONS }).notNull(),
    half: halfvec({ dimensions: EMBEDDING_DIMENSIONS }),
    sparse: sparsevec("sparse_terms", { dimensions: 30_522 }),
    bits: bit({ dimensions: 64 }),
    place: geometry({ type: "point", mode: "xy", srid: 4326 }),
    area: geometry("area"),
  },
  (t) => [
    index("passages_embedding").using("hnsw", t.embedding.op("vector_cosine_ops")).with({ m: 16, ef_construction: 64 }),
    index("passages_half").using("hnsw", t.half.op("halfvec_l2_ops")),
    index("passages_sparse").using("hnsw", t.sparse.op("sparsevec_l2_ops")),
    index("passages_bits").using("hnsw", t.bits.op("bit_hamming_ops")),
    index("passages_lists").using("ivfflat", t.embedding.op("vector_l2_ops")).with({ lists: 100 }),
    index("passages_place").using("gist", t.place),
    index("passages_content").using("gin", sql`to_tsvector('english', ${t.content})`),
    index("passages_trigram").using("gin", t.content.op("gin_trgm_ops")),
  ],
);
