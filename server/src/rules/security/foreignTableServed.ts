import { isServed } from "../facts/rowSecurity";
import { laterChanges, sameName } from "../facts/version";
import { bad, defineRule, good, sql } from "../rule";
import { display, written } from "../wording";

const server = sql`
  CREATE EXTENSION postgres_fdw;
  CREATE SERVER shop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'shop.example.com');
`;
// A file that each server has.
const world = ["CREATE EXTENSION file_fdw", "CREATE SERVER files FOREIGN DATA WRAPPER file_fdw", "CREATE FOREIGN TABLE orders (line text) SERVER files OPTIONS (filename 'PG_VERSION')"];
const inherited = [...world, "CREATE TABLE parent (id int)", "INSERT INTO parent VALUES (1), (2)", "ALTER TABLE parent ENABLE ROW LEVEL SECURITY", "GRANT SELECT ON parent TO anon"];

export default defineRule({
  id: "security/foreign-table-served",
  summary: "A foreign table in a schema that Supabase's API serves.",
  why:
    "Row-level security does not exist for foreign tables: ENABLE ROW LEVEL SECURITY on one fails with 42809. Supabase grants SELECT, INSERT, UPDATE and DELETE on what is new in a served schema to anon and authenticated, and so whoever has the public key reads the other server's rows, with the credentials of the user mapping " +
    "([Supabase: foreign data wrappers](https://supabase.com/docs/guides/database/extensions/wrappers/overview), [CREATE FOREIGN TABLE](https://www.postgresql.org/docs/current/sql-createforeigntable.html)).",
  whatToDo: "Put it into a schema that the API does not serve, and give out what is needed by a function, or by a view over a table with policies. Or revoke all on it from anon and authenticated in the same migration.",
  whenNotToUse: "Its rows are for everyone.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["postgres:sql-createforeigntable", "splinter:0017", "pgrls:SEC053", "union:219"],
  examples: [
    bad(`${server}CREATE FOREIGN TABLE orders (id bigint NOT NULL, customer text NOT NULL) SERVER shop;\n`, {
      title: "The shop's orders, for whoever has the public key",
      platform: "supabase",
      at: "orders",
      message: "Foreign table orders has no row-level security, which Postgres does not have for foreign tables, and Supabase's API serves schema public to anon and authenticated. Put it into a schema that is not served, or revoke all on it from them.",
      fixed: `${server}CREATE FOREIGN TABLE orders (id bigint NOT NULL, customer text NOT NULL) SERVER shop;\nREVOKE ALL ON orders FROM anon, authenticated;\n`,
    }),
    bad(`CREATE FOREIGN TABLE IF NOT EXISTS api.orders (id bigint NOT NULL) SERVER shop;`, {
      title: "Another schema that config.toml names",
      platform: "supabase",
      given: `${server}CREATE SCHEMA api;\n`,
      beside: { "supabase/config.toml": '[api]\nschemas = ["public", "api"]\n' },
      at: "api.orders",
    }),
    good(`CREATE SCHEMA shop;\n${server}CREATE FOREIGN TABLE shop.orders (id bigint NOT NULL) SERVER shop;\n`, { title: "A schema that the API does not serve", platform: "supabase" }),
    good(`${server}CREATE FOREIGN TABLE orders (id bigint NOT NULL) SERVER shop;\nREVOKE ALL ON orders FROM anon, authenticated;\n`, { title: "Taken from the API's roles in the same migration", platform: "supabase" }),
    good(`CREATE FOREIGN TABLE orders (id bigint NOT NULL) SERVER shop;`, { title: "Where no API serves it", given: server }),
  ],
  proof: [
    { given: world, statement: "ALTER TABLE orders ENABLE ROW LEVEL SECURITY", fails: "42809" },
    { platform: "supabase", given: [...world, "SET ROLE anon"], statement: "SELECT * FROM orders", rows: 1 },
    { platform: "supabase", given: [...world, "REVOKE ALL ON orders FROM anon, authenticated", "SET ROLE anon"], statement: "SELECT * FROM orders", fails: "42501" },
    // What an ordinary table beside it would show, with row-level security and no policy.
    { platform: "supabase", given: [...inherited, "SET ROLE anon"], statement: "SELECT * FROM parent", rows: 0 },
  ],
  on: "statement",
  changes: ["createTable"],
  check(context) {
    const { change, after, database } = context;
    if (change.change !== "createTable" || change.foreignServer === null) return;
    const name = after.resolve(change.name);
    if (!isServed(database, name.schema)) return;
    const isClosed = laterChanges(context).some((later) => {
      if (later.change === "drop") return later.names.some((other) => sameName(context, change.name, other));
      if (later.change !== "grant" || !later.revoke || !later.grants.some(({ grantee }) => grantee === "anon")) return false;
      return later.target.on === "relation" ? later.target.names.some((other) => sameName(context, change.name, other)) : later.target.on === "all in schema" && later.target.objects === "tables" && later.target.schemas.includes(name.schema);
    });
    if (isClosed) return;
    context.report({
      at: change.name.range,
      object: `${name.schema}.${name.name}`,
      message: `Foreign table ${display(name)} has no row-level security, which Postgres does not have for foreign tables, and Supabase's API serves schema ${name.schema} to anon and authenticated. Put it into a schema that is not served, or revoke all on it from them.`,
      fixes: [{ title: "Revoke all from the API's roles", kind: "review", intents: [{ intent: "insertStatement", where: "after", sql: `REVOKE ALL ON ${written(name)} FROM anon, authenticated` }] }],
    });
  },
});
