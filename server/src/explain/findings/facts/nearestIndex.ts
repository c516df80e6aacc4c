// The index that gives the nearest rows first: GiST for shapes, texts and numbers, hnsw for pgvector's types.

import { unqualified, unwrapped } from "./conditions";
import { tableOf } from "./indexAdvice";
import { relationSql } from "./names";
import type { NearestSort } from "./nearest";
import { typeOf } from "./operatorIndex";
import { quoteIdentifier } from "../../../sql/identifiers";
import type { Table } from "../../../schema/model";
import type { SchemaView } from "../../../schema/view";

export interface NearestIndex {
  readonly sql: string;
  /** "a GiST index on at" */
  readonly words: string;
  readonly approximate: boolean;
  /** What the query has to order by; null: it may stay as it is. */
  readonly order: string | null;
  /** An index of the schema that gives this order; then `sql` is not to be proposed. */
  readonly existing: string | null;
}

/** Null: no index gives this order, or the type is not known. */
export function nearestIndex({ scan, distance, filters, wrapped }: NearestSort, schema: SchemaView | null): NearestIndex | null {
  const { operator } = distance;
  const table = tableOf(scan, schema);
  const own = distance.column === null ? castOf(distance.expression ?? "") : null;
  const column = table?.columns.find(({ name }) => name === distance.column)?.type;
  const type = own?.type ?? column?.name ?? typeOf(distance.value)?.replace(/^varchar$|^character varying$/, "text") ?? (operator === "<~>" || operator === "<%>" ? "bit" : null);
  const name = relationSql(scan)!;
  const bare = distance.column === null ? unqualified(distance.expression!) : quoteIdentifier(distance.column);
  if (type === null) return null;
  if (/^(?:vector|halfvec|sparsevec|bit)$/.test(type)) {
    const given = own?.dimensions ?? column?.modifiers[0] ?? null;
    // A column that is declared without dimensions takes any, and an index takes one number of them.
    const undeclared = own === null && column !== undefined && column.modifiers.length === 0;
    const vector = vectorKey({ bare, type, dimensions: given ?? dimensionsOf(distance.value), cast: own !== null || distance.column === null, undeclared, operator });
    if (vector === null) return null;
    const where = filters.filter(({ operator: each, column: of, kind }) => of !== null && (each === "IS NULL" || (kind === "partial" && each !== "<>"))).map(({ text }) => `(${unqualified(text)})`);
    return {
      sql: `CREATE INDEX ON ${name} USING hnsw (${vector.key} ${vector.operatorClass})${where.length === 0 ? "" : ` WHERE ${where.join(" AND ")}`};`,
      words: `an hnsw index on ${vector.key} with ${vector.operatorClass}`,
      approximate: true,
      order: vector.order ?? (wrapped === null ? null : `${bare} ${operator} the value`),
      existing: indexOf(table, distance.column, (method, operatorClass) => /^(?:hnsw|ivfflat)$/.test(method) && operatorClass === vector.operatorClass),
    };
  }
  const operatorClass = type === "text" ? " gist_trgm_ops" : "";
  if (type !== "text" && !/^(?:point|box|circle|polygon|geometry|geography|cube|date|time|timestamp|timestamptz|integer|bigint|smallint|int[248]|float[48]|double precision|real|interval|money|oid)\b/.test(type)) return null;
  return {
    sql: `CREATE INDEX ON ${name} USING gist (${distance.column === null && !/^[a-z_]\w*\(.*\)$/s.test(bare) ? `(${bare})` : bare}${operatorClass});`,
    words: `a GiST index on ${bare}`,
    approximate: false,
    order: wrapped === null ? null : `${bare} ${operator} the value`,
    existing: indexOf(table, distance.column, (method, each) => method === "gist" && (type !== "text" || each === "gist_trgm_ops")),
  };
}

const metrics: Readonly<Record<string, string>> = { "<->": "l2", "<=>": "cosine", "<#>": "ip", "<+>": "l1", "<~>": "hamming", "<%>": "jaccard" };

interface VectorKey {
  readonly key: string;
  readonly operatorClass: string;
  /** What the query has to order by instead. */
  readonly order: string | null;
}

/** hnsw takes 2,000 dimensions of vector, 4,000 of halfvec, 64,000 of bit, and 1,000 elements of sparsevec (pgvector's README). */
function vectorKey({ bare, type, dimensions, cast, undeclared, operator }: { readonly bare: string; readonly type: string; readonly dimensions: number | null; readonly cast: boolean; readonly undeclared: boolean; readonly operator: string }): VectorKey | null {
  const metric = metrics[operator];
  if (metric === undefined || (type === "bit") !== (metric === "hamming" || metric === "jaccard")) return null;
  const most = type === "vector" ? 2000 : type === "halfvec" ? 4000 : Number.POSITIVE_INFINITY;
  if (dimensions !== null && dimensions > 4000 && dimensions > most) {
    const key = `binary_quantize(${bare})::bit(${dimensions})`;
    return { key: `(${key})`, operatorClass: "bit_hamming_ops", order: `${key} <~> binary_quantize(the value), take more rows than are wanted, and order those by ${bare} ${operator} the value` };
  }
  const halved = dimensions !== null && dimensions > most;
  const target = halved ? "halfvec" : type;
  if (undeclared && dimensions === null) return null;
  const key = halved || undeclared ? `(${bare}::${target}(${dimensions!}))` : cast ? `(${bare})` : bare;
  return { key, operatorClass: `${target}_${metric}_ops`, order: halved || undeclared ? `${bare}::${target}(${dimensions!}) ${operator} the value::${target}(${dimensions!})` : null };
}

/** "(embedding)::halfvec(3072)" */
function castOf(expression: string): { readonly type: string; readonly dimensions: number | null } | null {
  const [, type, dimensions] = /::"?(\w+)"?(?:\((\d+)\))?$/.exec(expression) ?? [];
  return type === undefined ? null : { type, dimensions: dimensions === undefined ? null : Number(dimensions) };
}

/** Of "'[1,2,3]'::vector" and "'{1:0.5}/100'::sparsevec"; null: no literal. */
function dimensionsOf(value: string): number | null {
  const own = unwrapped(value);
  const sparse = /^'\{.*\}\/(\d+)'/s.exec(own)?.[1];
  if (sparse !== undefined) return Number(sparse);
  const elements = /^'\[([^\]]*)\]'/.exec(own)?.[1];
  return elements === undefined ? null : elements.split(",").length;
}

function indexOf(table: Table | null, column: string | null, isOf: (method: string, operatorClass: string | null) => boolean): string | null {
  if (table === null || column === null) return null;
  return table.indexes.find(({ valid, where, method, elements: [first] }) => valid && where === null && first?.column === column && isOf(method, first.opclass))?.name ?? null;
}
