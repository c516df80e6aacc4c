import { tenantColumn } from "../facts/rowSecurity";
import { compositeKeyFixes } from "../facts/tenantKey";
import { bad, defineRule, good, sql } from "../rule";
import { columnList, display } from "../wording";

const tenantColumns = ["tenant_id"];
const customers = sql`
  CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    UNIQUE (tenant_id, id)
  );
  ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
  CREATE POLICY tenant ON customers USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::bigint));
`;
const orders = (key: string): string => sql`
  SET lock_timeout = '5s';
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    ${key}
  );
  CREATE INDEX orders_customer_idx ON orders (customer_id, tenant_id);
  ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
  CREATE POLICY tenant ON orders USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::bigint));
`;
const world = (key: string): readonly string[] => [
  "CREATE TABLE customers (id int PRIMARY KEY, tenant_id int NOT NULL, UNIQUE (tenant_id, id))",
  "INSERT INTO customers VALUES (1, 1), (2, 2)",
  `CREATE TABLE orders (tenant_id int, customer_id int, ${key})`,
  ...["customers", "orders"].flatMap((table) => [`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`, `CREATE POLICY p ON ${table} USING (tenant_id = (SELECT current_setting('app.tenant_id')::int))`, `GRANT ALL ON ${table} TO pg_monitor`]),
  "SET app.tenant_id = '1'",
  "SET ROLE pg_monitor",
];
const plain = "FOREIGN KEY (customer_id) REFERENCES customers";
const composite = "FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)";

export default defineRule({
  id: "security/tenant-foreign-key-not-composite",
  summary: "A foreign key between two tables of tenants that does not hold the tenant.",
  why:
    "Postgres checks foreign keys without regard to row-level security. A row of one tenant may therefore refer to another tenant's row, which its policies would not show: a join made with more rights then brings both together, ON DELETE reaches across, and whether the INSERT fails with 23503 tells which keys others have " +
    "([Row Security Policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)).",
  whatToDo: "Add UNIQUE (tenant_id, id) to the table that is referred to, and make the foreign key (tenant_id, customer_id) REFERENCES customers (tenant_id, id): NOT VALID first, then VALIDATE CONSTRAINT. With ON DELETE SET NULL name the column that is set: SET NULL (customer_id).",
  whenNotToUse: "Rows of one tenant refer to another's on purpose, such as a transfer from one account to another.",
  severity: { recommended: "warning", strict: "warning" },
  fix: "review",
  sources: ["postgres:ddl-rowsecurity", "pgrls:SEC047", "union:209"],
  examples: [
    bad(orders("FOREIGN KEY (customer_id) REFERENCES customers (id)"), {
      title: "An order for another tenant's customer",
      tenantColumns,
      given: customers,
      at: "FOREIGN KEY (customer_id) REFERENCES customers (id)",
      message: "Foreign key orders_customer_id_fkey lets a row of orders refer to another tenant's row of customers: the check passes over row-level security. Refer to customers (tenant_id, id) by (tenant_id, customer_id), over UNIQUE (tenant_id, id).",
      fixed: orders("FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)"),
    }),
    bad(
      sql`
        CREATE TABLE notes (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          tenant_id bigint NOT NULL,
          parent bigint REFERENCES notes
        );
        CREATE INDEX ON notes (parent);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY tenant ON notes USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::bigint));
      `,
      {
        title: "To the table itself",
        tenantColumns,
        at: "REFERENCES notes",
        message: "Foreign key notes_parent_fkey lets a row of notes refer to another tenant's row of notes: the check passes over row-level security. Refer to notes (tenant_id, id) by (tenant_id, parent), over UNIQUE (tenant_id, id).",
        fixed: sql`
          CREATE TABLE notes (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            tenant_id bigint NOT NULL,
            parent bigint,
            UNIQUE (tenant_id, id),
            FOREIGN KEY (tenant_id, parent) REFERENCES notes (tenant_id, id)
          );
          CREATE INDEX notes_tenant_id_parent_idx ON notes (tenant_id, parent);
          CREATE INDEX ON notes (parent);
          ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
          CREATE POLICY tenant ON notes USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::bigint));
        `,
      },
    ),
    bad(
      sql`
        CREATE TABLE teams (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          tenant_id bigint NOT NULL
        );
        CREATE TABLE players (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          tenant_id bigint NOT NULL,
          team_id bigint,
          CONSTRAINT of_team FOREIGN KEY (team_id) REFERENCES teams ON DELETE SET NULL
        );
        CREATE INDEX ON players (team_id, tenant_id);
      `,
      {
        title: "SET NULL, which is to leave the tenant alone",
        tenantColumns,
        options: { "security/rls-disabled": "off" },
        at: "CONSTRAINT of_team FOREIGN KEY (team_id) REFERENCES teams ON DELETE SET NULL",
        fixed: sql`
          CREATE TABLE teams (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            tenant_id bigint NOT NULL,
            UNIQUE (tenant_id, id)
          );
          CREATE TABLE players (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            tenant_id bigint NOT NULL,
            team_id bigint,
            CONSTRAINT of_team FOREIGN KEY (tenant_id, team_id) REFERENCES teams (tenant_id, id) ON DELETE SET NULL (team_id)
          );
          CREATE INDEX ON players (team_id, tenant_id);
        `,
      },
    ),
    good(orders("FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)"), { title: "The tenant is a part of the key", tenantColumns, given: customers }),
    good(
      sql`
        CREATE TABLE products (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        CREATE TABLE orders (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          tenant_id bigint NOT NULL,
          product_id bigint NOT NULL REFERENCES products
        );
        CREATE INDEX ON orders (product_id);
        ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
        CREATE POLICY tenant ON orders USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::bigint));
      `,
      { title: "A table that all tenants share, made in the same migration", tenantColumns, options: { "security/rls-disabled": "off" } },
    ),
    good(orders("FOREIGN KEY (customer_id) REFERENCES customers (id)"), { title: "No tenant column is configured", given: customers }),
  ],
  proof: [
    { given: world(plain), statement: "INSERT INTO orders VALUES (1, 2)", locks: { orders: "RowExclusiveLock" } },
    { given: world(plain), statement: "INSERT INTO orders VALUES (1, 3)", fails: "23503" },
    { given: world(composite), statement: "INSERT INTO orders VALUES (1, 2)", fails: "23503" },
    { given: world(composite), statement: "INSERT INTO orders VALUES (1, 1)", locks: { orders: "RowExclusiveLock" } },
  ],
  on: "table",
  check(context) {
    const { table, schema, database } = context;
    const own = tenantColumn(database, table);
    if (own === null || !table.complete) return;
    for (const key of table.constraints) {
      if (key.kind !== "foreign key" || key.inherited || !key.enforced || key.columns.includes(own)) continue;
      const target = schema.table(key.references);
      const other = target && tenantColumn(database, target);
      const at = key.origin ?? table.namePlace;
      // A table of the tenants themselves is found by the tenant.
      if (target?.complete !== true || other == null || at === null || key.referencedColumns.includes(other) || key.referencedColumns.length === 0) continue;
      const by = columnList([own, ...key.columns]);
      const to = columnList([other, ...key.referencedColumns]);
      context.report({
        at,
        object: `${table.schema}.${table.name}.${key.name}`,
        message: `Foreign key ${key.name} lets a row of ${display(table)} refer to another tenant's row of ${display(target)}: the check passes over row-level security. Refer to ${display(target)} (${to}) by (${by}), over UNIQUE (${to}).`,
        fixes: compositeKeyFixes(schema, { table, key, target, own, other }),
      });
    }
  },
});
