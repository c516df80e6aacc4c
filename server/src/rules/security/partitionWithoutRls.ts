import { isServed } from "../facts/rowSecurity";
import { bad, defineRule, good, sql } from "../rule";
import { display, enumerateSome, written } from "../wording";
import type { Table } from "../../schema/model";
import type { SchemaView } from "../../schema/view";

const given = sql`
  CREATE ROLE web;
  CREATE TABLE events (
    tenant text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (tenant, at)
  ) PARTITION BY RANGE (at);
  ALTER TABLE events ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own_events ON events TO web USING (tenant = current_user);
  GRANT SELECT ON events TO web;
`;
const partition = "SET lock_timeout = '5s';\nCREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');";
const granted = `${partition}\nGRANT SELECT ON events_2026 TO web;\n`;
const world = [
  "CREATE TABLE events (tenant text, at date) PARTITION BY RANGE (at)",
  "CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
  "INSERT INTO events VALUES ('pg_monitor', '2026-02-01'), ('b', '2026-02-01')",
  "ALTER TABLE events ENABLE ROW LEVEL SECURITY",
  "CREATE POLICY own_events ON events USING (tenant = current_user)",
  "GRANT SELECT ON events TO pg_monitor",
];

export default defineRule({
  id: "security/partition-without-rls",
  summary: "A partition that can be read by itself, without the policies of its parent.",
  why:
    "Policies are those of the table that a query names. What asks the parent is held to the parent's policies, in every partition. What names the partition is held to the partition's own: it has none, and a new one starts without row-level security. A grant on the partition, or an API that serves its schema, shows every row of it " +
    "([Row Security Policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html), [CREATE TABLE](https://www.postgresql.org/docs/current/sql-createtable.html)).",
  whatToDo: "Grant nothing on partitions: a query of the parent needs the privilege on the parent alone. Or enable row-level security on each partition where it is made; without a policy it is closed to all but its owner, and the parent still shows its rows.",
  whenNotToUse: "The role that the partition is granted to may see all of its rows, as for an export.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["postgres:ddl-rowsecurity", "pgrls:SEC041", "pgrls:SEC043", "union:220"],
  examples: [
    bad(
      granted,
      {
        title: "Granted by itself",
        given,
        at: "events_2026",
        message: "Partition events_2026 has no row-level security of its own, and web may read it directly: the policies of events hold for queries of events alone. Enable it here too, or grant nothing on the partition.",
        fixed: `${partition}\nALTER TABLE events_2026 ENABLE ROW LEVEL SECURITY;\nGRANT SELECT ON events_2026 TO web;\n`,
      },
    ),
    bad(partition, {
      title: "In a schema that Supabase's API serves",
      platform: "supabase",
      given: given.replace("CREATE ROLE web;", "").replaceAll("web", "authenticated"),
      at: "events_2026",
      message: "Partition events_2026 has no row-level security of its own, and Supabase's API serves schema public: the policies of events hold for queries of events alone. Enable it here too, or grant nothing on the partition.",
    }),
    bad(partition, {
      title: "By default privileges",
      given: `${given}ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO web;\n`,
      at: "events_2026",
      message: "Partition events_2026 has no row-level security of its own, and web may read it directly: the policies of events hold for queries of events alone. Enable it here too, or grant nothing on the partition.",
    }),
    good(partition, { title: "With no grant of its own", given }),
    good(`${granted}ALTER TABLE events_2026 ENABLE ROW LEVEL SECURITY;\n`, { title: "Enabled in the same migration", given }),
    good(
      sql`
        CREATE TABLE logs (at timestamptz NOT NULL PRIMARY KEY) PARTITION BY RANGE (at);
        CREATE TABLE logs_2026 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        GRANT SELECT ON logs, logs_2026 TO web;
      `,
      { title: "A parent without row-level security", given: "CREATE ROLE web;\n" },
    ),
  ],
  proof: [
    { given: [...world, "SET ROLE pg_monitor"], statement: "SELECT * FROM events", rows: 1 },
    { given: [...world, "SET ROLE pg_monitor"], statement: "SELECT * FROM events_2026", fails: "42501" },
    { given: [...world, "GRANT SELECT ON events_2026 TO pg_monitor", "SET ROLE pg_monitor"], statement: "SELECT * FROM events_2026", rows: 2 },
    { given: [...world, "GRANT SELECT ON events_2026 TO pg_monitor", "ALTER TABLE events_2026 ENABLE ROW LEVEL SECURITY", "SET ROLE pg_monitor"], statement: "SELECT * FROM events_2026", rows: 0 },
    { given: [...world, "GRANT SELECT ON events_2026 TO pg_monitor", "ALTER TABLE events_2026 ENABLE ROW LEVEL SECURITY", "SET ROLE pg_monitor"], statement: "SELECT * FROM events", rows: 1 },
  ],
  on: "table",
  check(context) {
    const { table, schema, database } = context;
    if (!table.complete || table.rls.enabled || table.partitionOf === null || table.policies.length > 0) return;
    const parent = protectedParent(schema, table);
    const at = table.namePlace ?? table.origin;
    if (parent === null || at === null) return;
    const readers = [...new Set(table.grants.filter(({ privilege }) => ["all", "select", "insert", "update", "delete"].includes(privilege)).map(({ grantee }) => grantee))];
    const served = isServed(database, table.schema);
    if (readers.length === 0 && !served) return;
    const how = served ? `Supabase's API serves schema ${table.schema}` : `${readers.includes("public") ? "every role" : enumerateSome(readers)} may read it directly`;
    context.report({
      at,
      object: `${table.schema}.${table.name}`,
      message: `Partition ${display(table)} has no row-level security of its own, and ${how}: the policies of ${display(parent)} hold for queries of ${display(parent)} alone. Enable it here too, or grant nothing on the partition.`,
      fixes: [
        {
          title: "Enable row-level security on the partition",
          kind: "review",
          intents: [{ intent: "amend", table: { schema: table.schema, name: table.name }, createdIn: table.createdIn, name: `${table.name}_row_level_security`, statements: [{ sql: `ALTER TABLE ${written(table)} ENABLE ROW LEVEL SECURITY` }] }],
        },
      ],
    });
  },
});

/** The nearest of those above it that has row-level security. */
function protectedParent(schema: SchemaView, table: Table): Table | null {
  let above = table.partitionOf;
  for (let depth = 0; above !== null && depth < 10; depth++) {
    const parent = schema.table(above);
    if (parent === undefined) return null;
    if (parent.rls.enabled) return parent;
    above = parent.partitionOf;
  }
  return null;
}
