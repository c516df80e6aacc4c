import { conditionsOf, unqualified } from "./facts/conditions";
import { relationSql, rowsText, subjectOf } from "./facts/names";
import { typeOf } from "./facts/operatorIndex";
import { removedBy, rowsOf } from "./facts/rows";
import { wrappedColumn, type WrappedColumn } from "./facts/wrapped";
import { defineFinding, fine, plan, slow } from "./finding";
import { textOf } from "../properties";
import { quoteIdentifier } from "../../sql/identifiers";

export default defineFinding({
  id: "plan/expression-not-indexed",
  summary: "A cast or a function around a column keeps an index on it from being used.",
  why: "An index on `email` knows nothing of `lower(email)`, and one on a number's column nothing of `code::text`. A value of another type does the same without being seen: compared with a numeric parameter, an integer column is cast, row by row.",
  whatToDo: "Compare the bare column: give the value the column's own type, and turn `created::date = '2026-01-05'` into a range of the column. Where the expression is what is meant, index the expression itself.",
  whenNotToUse: "Where the expression is true of a large part of the table, no index would be used either.",
  sources: ["postgres:indexes-expressional", "postgres:typeconv"],
  examples: [
    slow({
      setup: "CREATE TABLE users (id int PRIMARY KEY, email text);\nINSERT INTO users SELECT i, 'User' || i || '@example.com' FROM generate_series(1, 300000) i;\nCREATE INDEX ON users (email);\nANALYZE users;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT * FROM users WHERE lower(email) = 'user77@example.com'",
      plan: plan`
        Seq Scan on users  (cost=0.00..6705.00 rows=1500 width=26) (actual time=0.030..115.987 rows=1 loops=1)
          Filter: (lower(email) = 'user77@example.com'::text)
          Rows Removed by Filter: 299999
          Buffers: shared hit=2205
        Planning Time: 0.074 ms
        Execution Time: 116.014 ms
      `,
    }),
    slow({
      title: "A value of another type",
      setup: "CREATE TABLE invoices (id int PRIMARY KEY, number int, at timestamptz);\nINSERT INTO invoices SELECT i, i, timestamptz '2025-01-01' + i * interval '1 min' FROM generate_series(1, 300000) i;\nCREATE INDEX ON invoices (number);\nANALYZE invoices;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT * FROM invoices WHERE number = 4711::numeric",
      plan: plan`
        Seq Scan on invoices  (cost=0.00..6122.00 rows=1500 width=16) (actual time=0.723..114.478 rows=1 loops=1)
          Filter: ((number)::numeric = '4711'::numeric)
          Rows Removed by Filter: 299999
          Buffers: shared hit=1622
        Planning Time: 0.088 ms
        Execution Time: 114.499 ms
      `,
    }),
    fine({
      title: "The value has the column's type",
      setup: "CREATE TABLE invoices (id int PRIMARY KEY, number int, at timestamptz);\nINSERT INTO invoices SELECT i, i, timestamptz '2025-01-01' + i * interval '1 min' FROM generate_series(1, 300000) i;\nCREATE INDEX ON invoices (number);\nANALYZE invoices;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT * FROM invoices WHERE number = 4711",
      plan: plan`
        Index Scan using invoices_number_idx on invoices  (cost=0.42..8.44 rows=1 width=16) (actual time=0.007..0.008 rows=1 loops=1)
          Index Cond: (number = 4711)
          Buffers: shared hit=4
        Planning Time: 0.029 ms
        Execution Time: 0.014 ms
      `,
    }),
  ],
  check({ nodes, analyzed, own, report }) {
    for (const node of nodes) {
      const filter = textOf(node.properties, "Filter");
      const wrapped = node.type === "Seq Scan" && filter !== null ? wrappedColumn(filter) : null;
      const table = relationSql(node);
      if (wrapped === null || table === null) continue;
      const removed = removedBy(node, "Filter");
      const kept = rowsOf(node);
      if (analyzed && removed < kept * 9) continue;
      const { condition, column } = wrapped;
      report({
        node,
        saving: own([node], analyzed ? removed / Math.max(1, removed + kept) : 0.95),
        message: `${subjectOf(node)} is read in full, because the filter compares ${condition.expression!} and not the column ${column}${analyzed ? `: ${rowsText(removed + kept)} read, ${rowsText(kept)} kept` : ""}.`,
        ...adviceOf(wrapped, table),
      });
    }
  },
});

function adviceOf({ condition, column, cast }: WrappedColumn, table: string): { readonly advice: string; readonly sql: string | null; readonly rewrite?: boolean } {
  const expression = unqualified(condition.expression!);
  const plain = `CREATE INDEX ON ${table} (${quoteIdentifier(column)});`;
  if (cast?.plain === true && isNumeric(cast.type)) return { advice: `Compare ${column} with a value of its own type, not with a ${cast.type}: a driver that sends numbers as ${cast.type} needs a cast of the parameter. Then a plain index on ${column} answers it.`, sql: plain, rewrite: true };
  if ((cast?.plain === true && cast.type === "date") || /^(?:date_trunc|date)\(/.test(expression)) return { advice: `Write a range instead: ${column} >= the beginning and ${column} < the end of the period. An index on ${column} answers that.`, sql: plain, rewrite: true };
  // What text means as a date or a time is a setting's matter (DateStyle, TimeZone): the cast is only STABLE.
  if (cast !== null && /^(?:date|time|timestamp|interval)\b/.test(cast.type)) return { advice: `No index can hold this cast: what the text means depends on the session's DateStyle and TimeZone. Keep the value in a column of type ${cast.type}, with an index on that.`, sql: null };
  const similar = /^(?:word_|strict_word_)?similarity\(/.test(expression);
  if (similar) return { advice: `Write ${column} % the text (<% and %> for word_similarity), which a trigram index answers; pg_trgm.similarity_threshold says how alike they must be.`, sql: `CREATE INDEX ON ${table} USING gin (${quoteIdentifier(column)} gin_trgm_ops);`, rewrite: true };
  const [inner] = conditionsOf(expression);
  if (inner?.kind === "distance") {
    const circle = inner.operator === "<->" && typeOf(inner.value) === "point";
    return circle
      ? { advice: `Write ${column} <@ circle(point, distance): a GiST index answers that, and no index answers a comparison of distances.`, sql: `CREATE INDEX ON ${table} USING gist (${quoteIdentifier(column)});`, rewrite: true }
      : { advice: `No index answers a comparison of distances. One gives rows in the order of their distance: write ORDER BY ${column} ${inner.operator} the value with a LIMIT, and compare what comes.`, sql: null };
  }
  const key = /^[a-z_]\w*\(.*\)$/s.test(expression) ? expression : `(${expression})`;
  // Under another collation than C only this class answers LIKE.
  const operatorClass = condition.kind === "prefix" ? " text_pattern_ops" : "";
  return { advice: "Index the expression, or compare the bare column. The statement below makes the index; it is used only where the query writes the same expression.", sql: `CREATE INDEX ON ${table} (${key}${operatorClass});` };
}

function isNumeric(type: string): boolean {
  return /^(?:numeric|double precision|real|bigint|integer|smallint)$/.test(type);
}
