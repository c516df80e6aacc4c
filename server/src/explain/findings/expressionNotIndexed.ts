import { relationSql, rowsText, subjectOf } from "./facts/names";
import { removedBy, rowsOf } from "./facts/rows";
import { wrappedColumn } from "./facts/wrapped";
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
      const { condition, column, cast } = wrapped;
      const expression = condition.expression!;
      const numeric = cast !== null && /^(?:numeric|double precision|real|bigint|integer|smallint)$/.test(cast);
      const isDate = cast === "date" || /^(?:date_trunc|date)\(/.test(expression);
      const advice = numeric
        ? `Compare ${column} with a value of its own type, not with a ${cast}: a driver that sends numbers as ${cast} needs a cast of the parameter. Then a plain index on ${column} answers it.`
        : isDate
          ? `Write a range instead: ${column} >= the beginning and ${column} < the end of the period. An index on ${column} answers that.`
          : `Index the expression, or compare the bare column.`;
      const key = /^[a-z_]\w*\(.*\)$/s.test(expression) ? expression : `(${expression})`;
      const sql = numeric || isDate ? `CREATE INDEX ON ${table} (${quoteIdentifier(column)});` : `CREATE INDEX ON ${table} (${key});`;
      report({
        node,
        saving: own([node], 0.95),
        message: `${subjectOf(node)} is read in full, because the filter compares ${expression} and not the column ${column}${analyzed ? `: ${rowsText(removed + kept)} read, ${rowsText(kept)} kept` : ""}.`,
        advice: numeric || isDate ? advice : `${advice} The statement below makes the index; it is used only where the query writes the same expression.`,
        sql,
      });
    }
  },
});
