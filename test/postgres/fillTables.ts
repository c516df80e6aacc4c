// A few rows for every table of a database, so that what reads or moves rows has some.

import type { Client } from "pg";

interface Column {
  readonly name: string;
  readonly type: string;
  readonly kind: string;
  readonly category: string;
  readonly label: string | null;
}

const rows = 3;

/** Row `i` of one table refers to row `i` of another: keys are made of `i` alone. Tables whose rules no such row meets stay empty. */
export async function fillTables(client: Client): Promise<void> {
  const { rows: tables } = await client.query<{ oid: string; name: string }>(`
    select c.oid::text, format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't' and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
    order by c.oid`);
  // Those that refer to others fail until those have rows.
  let open = tables;
  for (let round = 0; round < tables.length && open.length > 0; round++) {
    const left: typeof open = [];
    for (const table of open) if (!(await fill(client, table.oid, table.name))) left.push(table);
    if (left.length === open.length) return;
    open = left;
  }
}

async function fill(client: Client, oid: string, table: string): Promise<boolean> {
  const { rows: columns } = await client.query<Column>(
    `select quote_ident(a.attname) as name, format_type(a.atttypid, a.atttypmod) as type, t.typtype as kind, t.typcategory as category,
       (select quote_literal(e.enumlabel) from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder limit 1) as label
     from pg_attribute a join pg_type t on t.oid = a.atttypid
     where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped and a.attidentity = '' and a.attgenerated = ''
       and not exists (select from pg_attrdef d where d.adrelid = a.attrelid and d.adnum = a.attnum and pg_get_expr(d.adbin, d.adrelid) like 'nextval%')
     order by a.attnum`,
    [oid],
  );
  const into = columns.length === 0 ? "" : `(${columns.map(({ name }) => name).join(", ")}) `;
  const values = columns.map((column) => `(${valueOf(column)})::${column.type}`).join(", ");
  try {
    await client.query(`insert into ${table} ${into}select ${values} from generate_series(1, ${rows}) as i on conflict do nothing`);
    return true;
  } catch {
    return false;
  }
}

function valueOf({ type, kind, category, label }: Column): string {
  if (kind === "e") return label ?? "null";
  if (type === "uuid") return "lpad(i::text, 32, '0')";
  if (type.startsWith("json")) return `'{"key": 1}'`;
  switch (category) {
    case "N":
      return "i";
    case "S":
      return "i::text";
    case "B":
      return "'true'";
    case "D":
      return "'2024-01-01 00:00:00'::timestamp + i * interval '1 day'";
    case "A":
      return "'{}'";
    default:
      return "null";
  }
}
