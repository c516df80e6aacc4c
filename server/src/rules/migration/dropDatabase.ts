import { bad, defineRule, good, sql } from "../rule";
import { nameAfter } from "../../sql/ranges";

export default defineRule({
  id: "migration/drop-database",
  summary: "DROP DATABASE deletes everything that is in it.",
  why:
    "DROP DATABASE deletes every schema, table and row of a database at once, and cannot be rolled back: it is refused inside a transaction (25001). Nothing brings it back short of a restore of the cluster ([DROP DATABASE](https://www.postgresql.org/docs/current/sql-dropdatabase.html)).",
  whatToDo:
    "Take it out of the migrations: a migration changes the database that it is connected to, which cannot be dropped. Drop a database by hand, once a backup of it has been restored somewhere as a test and no connection to it has been seen for some weeks; ALTER DATABASE ... ALLOW_CONNECTIONS false shows who still misses it.",
  whenNotToUse: "The files set up and clear away databases for tests.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["postgres:sql-dropdatabase", "squawk:ban-drop-database", "pgls:banDropDatabase", "migrationpilot:MP034", "pgfence:drop-database", "diesel-guard:drop-database", "pgsafe:drop-database", "union:70"],
  examples: [
    bad(`DROP DATABASE reporting;`, {
      title: "A database with all that is in it",
      at: "reporting",
      message: "DROP DATABASE reporting deletes all of its schemas, tables and rows, and no transaction can take it back. Take it out of the migrations, and drop it by hand after a backup has been restored as a test.",
    }),
    bad(`DROP DATABASE IF EXISTS "Old Reports" WITH (FORCE);`, {
      title: "FORCE ends the connections of those who still use it",
      at: '"Old Reports"',
      message: "DROP DATABASE Old Reports deletes all of its schemas, tables and rows, and no transaction can take it back. Take it out of the migrations, and drop it by hand after a backup has been restored as a test.",
    }),
    good(`ALTER DATABASE reporting SET timezone = 'UTC';`, { title: "Its settings change, nothing else" }),
    good(
      sql`
        CREATE SCHEMA scratch;
        DROP SCHEMA scratch;
      `,
      { title: "A schema that is new in this migration" },
    ),
  ],
  proof: [
    { given: ["SELECT 1"], statement: "DROP DATABASE template1", fails: "25001", inTransaction: true },
    { given: ["SELECT 1"], statement: "DO $$ BEGIN EXECUTE 'DROP DATABASE ' || quote_ident(current_database()); END $$", fails: "25001" },
  ],
  on: "statement",
  changes: ["none"],
  check(context) {
    const { parsed } = context;
    const { node } = parsed;
    if (node === null || !("DropdbStmt" in node)) return;
    const name = nameAfter(parsed, ["database"]);
    const database = node.DropdbStmt.dbname ?? "";
    if (name === null || database === "") return;
    context.report({
      at: name.range,
      object: database,
      message: `DROP DATABASE ${database} deletes all of its schemas, tables and rows, and no transaction can take it back. Take it out of the migrations, and drop it by hand after a backup has been restored as a test.`,
    });
  },
});
