import { placeOfName } from "../facts/places";
import { tenantColumn } from "../facts/rowSecurity";
import { scopedUniqueFixes, type OwnUnique } from "../facts/tenantUnique";
import { bad, defineRule, good, sql } from "../rule";
import { columnList, display } from "../wording";
import type { Place, Table } from "../../schema/model";

const tenantColumns = ["tenant_id"];
const people = (unique: string): string => sql`
  CREATE TABLE people (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    email text NOT NULL,
    ${unique}
  );
  ALTER TABLE people ENABLE ROW LEVEL SECURITY;
  CREATE POLICY tenant ON people USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::bigint));
`;
const world = (unique: string): readonly string[] => [
  `CREATE TABLE people (tenant_id int, email text, ${unique})`,
  "INSERT INTO people VALUES (1, 'b'), (2, 'a')",
  "ALTER TABLE people ENABLE ROW LEVEL SECURITY",
  "CREATE POLICY p ON people USING (tenant_id = (SELECT current_setting('app.tenant_id')::int))",
  "GRANT ALL ON people TO pg_monitor",
  "SET app.tenant_id = '1'",
  "SET ROLE pg_monitor",
];

export default defineRule({
  id: "security/tenant-unique-not-scoped",
  summary: "UNIQUE on a table of tenants that does not hold the tenant.",
  why:
    "A unique index sees every row, whatever the policies show. Where it holds across tenants one tenant cannot take a value that another one has, and learns from the error, 23505, that it is there " +
    "([Row Security Policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)).",
  whatToDo: "Begin the key with the tenant: UNIQUE (tenant_id, email). The old constraint goes once the new one is there.",
  whenNotToUse: "The value is to be unique over all tenants, such as a login's e-mail address or a host name, and may be known to be taken.",
  severity: { recommended: "info", strict: "warning" },
  fix: "review",
  sources: ["postgres:ddl-rowsecurity", "pgrls:SEC035", "union:209"],
  examples: [
    bad(people("UNIQUE (email)"), {
      title: "Taken, by whom?",
      tenantColumns,
      at: "UNIQUE (email)",
      message: "UNIQUE (email) of people holds across tenants: an INSERT that fails with 23505 tells one tenant what another has. Write UNIQUE (tenant_id, email).",
      fixed: people("UNIQUE (tenant_id, email)"),
    }),
    bad(people("slug text UNIQUE"), {
      title: "Written at its column",
      tenantColumns,
      at: "UNIQUE",
      fixed: people("slug text,\n    UNIQUE (tenant_id, slug)"),
    }),
    bad(
      sql`
        SET lock_timeout = '5s';
        CREATE UNIQUE INDEX CONCURRENTLY people_email_key ON people (email);
      `,
      {
        title: "As an index",
        tenantColumns,
        given: people("CHECK (email <> '')"),
        at: "people_email_key",
        message: "UNIQUE (email) of people holds across tenants: an INSERT that fails with 23505 tells one tenant what another has. Write UNIQUE (tenant_id, email).",
        fixed: sql`
          SET lock_timeout = '5s';
          CREATE UNIQUE INDEX CONCURRENTLY people_email_key ON people (tenant_id, email);
        `,
      },
    ),
    good(people("UNIQUE (tenant_id, email)"), { title: "One tenant's own", tenantColumns }),
    good(people("token uuid NOT NULL UNIQUE"), { title: "A value that nobody guesses, made in the same migration", tenantColumns }),
    good(people("UNIQUE (email)"), { title: "No tenant column is configured" }),
  ],
  proof: [
    { given: world("UNIQUE (email)"), statement: "SELECT * FROM people", rows: 1 },
    { given: world("UNIQUE (email)"), statement: "INSERT INTO people VALUES (1, 'a')", fails: "23505" },
    { given: world("UNIQUE (tenant_id, email)"), statement: "INSERT INTO people VALUES (1, 'a')", locks: { people: "RowExclusiveLock" } },
  ],
  on: "table",
  check(context) {
    const { table, schema, database } = context;
    const tenant = tenantColumn(database, table);
    if (tenant === null || !table.complete || !table.rls.enabled) return;
    for (const { at, ...unique } of uniqueKeys(table)) {
      const { columns, name } = unique;
      if (columns.length === 0 || columns.includes(tenant) || at === null || !columns.some((column) => isGuessed(table, column))) continue;
      const own = columnList(columns);
      context.report({
        at,
        object: `${table.schema}.${table.name}.${name}`,
        message: `UNIQUE (${own}) of ${display(table)} holds across tenants: an INSERT that fails with 23505 tells one tenant what another has. Write UNIQUE (${columnList([tenant, ...columns])}).`,
        fixes: scopedUniqueFixes(schema, table, unique, tenant),
      });
    }
  },
});

/** `columns`: none where an expression is one of them. */
interface UniqueKey extends OwnUnique {
  readonly at: Place | null;
}

function uniqueKeys(table: Table): readonly UniqueKey[] {
  const constraints = table.constraints.flatMap((constraint): readonly UniqueKey[] => (constraint.kind === "unique" && !constraint.inherited ? [{ name: constraint.name, columns: constraint.columns, kind: "constraint", origin: constraint.origin, at: constraint.origin }] : []));
  const indexes = table.indexes.flatMap((index): readonly UniqueKey[] => {
    if (!index.unique || index.parent !== null) return [];
    const columns = index.elements.flatMap(({ column }) => column ?? []);
    return [{ name: index.name, columns: columns.length === index.elements.length ? columns : [], kind: "index", origin: index.origin, at: index.origin && placeOfName(index.origin, index.name) }];
  });
  return [...constraints, ...indexes];
}

/** Not a random or counted key of the table's own, nor one that refers to a row, which has its tenant. */
function isGuessed(table: Table, name: string): boolean {
  const column = table.columns.find((each) => each.name === name);
  if (column === undefined || column.type.name === "uuid" || column.identity !== null || column.serial) return false;
  return !table.constraints.some((constraint) => constraint.kind === "foreign key" && constraint.columns.includes(name));
}
