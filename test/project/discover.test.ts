import { describe, expect, it } from "vitest";
import { relativePath } from "../../server/src/project/paths";
import { discoverIn, each, filesOf, onlyDatabase, root, singlesOf, versionsOf } from "./project";
import type { DatabaseSource } from "../../server/src/project/discover";
import type { Files } from "./project";

const journal = (entries: readonly (readonly [string, number])[]): string =>
  JSON.stringify({ version: "7", dialect: "postgresql", entries: entries.map(([tag, when], idx) => ({ idx, version: "7", when, tag, breakpoints: true })) });

/** `kind file: message`, with the text that is underlined. */
function problemsOf(source: DatabaseSource, files: Files): readonly string[] {
  return source.problems.map(({ kind, file, range, message }) => {
    const path = relativePath(root, file);
    const at = range === null ? "" : `[${(files[path] ?? "").slice(range.start, range.end)}]`;
    return `${kind} ${path}${at}: ${message}`;
  });
}

describe("what is wrong in a history", () => {
  it("Drizzle: orphans, missing files, a when that does not rise, entries twice", async () => {
    const files: Files = {
      ...each(["drizzle/0000_a.sql", "drizzle/0001_b.sql", "drizzle/0002_c.sql", "drizzle/0002_orphan.sql", "drizzle/0003_orphan.sql"]),
      "drizzle/meta/_journal.json": journal([["0000_a", 100], ["0001_b", 300], ["0002_c", 200], ["0003_gone", 400], ["0000_a", 500]]), // prettier-ignore
    };
    const source = await onlyDatabase(files);
    expect(versionsOf(source.history)).toEqual(["0000_a", "0001_b", "0002_c"]);
    expect(problemsOf(source, files)).toEqual([
      'order drizzle/meta/_journal.json[200]: The "when" of "0002_c" is not after that of "0001_b": drizzle\'s migrator silently skips it on a database that has "0001_b" already.',
      'missing drizzle/meta/_journal.json[0003_gone]: The journal lists "0003_gone", but 0003_gone.sql is not there: drizzle\'s migrator stops with an error.',
      'duplicate drizzle/meta/_journal.json[0000_a]: The journal lists "0000_a" twice.',
      "orphan drizzle/0002_orphan.sql: meta/_journal.json does not list this file: drizzle's migrator never runs it.",
      "orphan drizzle/0003_orphan.sql: meta/_journal.json does not list this file: drizzle's migrator never runs it.",
    ]);
    // They are judged by themselves, and are no plain history of their own.
    expect(singlesOf(await discoverIn(files))).toEqual(["drizzle/0002_orphan.sql", "drizzle/0003_orphan.sql"]);
  });

  it("Drizzle: one problem for a folder whose files mostly are not listed", async () => {
    const files: Files = {
      ...each(["drizzle/0000_a.sql", "drizzle/0001_b.sql", "drizzle/0002_c.sql", "drizzle/0003_d.sql", "drizzle/0004_e.sql"]),
      "drizzle/meta/_journal.json": journal([["0000_a", 100]]),
    };
    expect(problemsOf(await onlyDatabase(files), files)).toEqual(["orphan drizzle/meta/_journal.json: This journal does not list 4 of the files beside it (0001_b.sql, 0002_c.sql, ...): drizzle's migrator never runs them."]);
  });

  it("Drizzle: a journal that cannot be read", async () => {
    const files = { ...each(["drizzle/0001_b.sql", "drizzle/0000_a.sql"]), "drizzle/meta/_journal.json": "<<<<<<< HEAD" };
    const source = await onlyDatabase(files);
    expect(versionsOf(source.history)).toEqual(["0000_a", "0001_b"]);
    expect(source.problems.map(({ kind }) => kind)).toEqual(["unreadable"]);
  });

  it.each<[string, Files, readonly string[]]>([
    [
      "Supabase",
      each(["supabase/migrations/1_a.sql", "supabase/migrations/1_b.sql", "supabase/migrations/notes.sql"]),
      [
        "orphan supabase/migrations/notes.sql: Supabase CLI skips this file: its name is not <timestamp>_name.sql.",
        "duplicate supabase/migrations/1_b.sql: Supabase keeps one migration for each number, and 1_a.sql has 1 already.",
      ],
    ],
    [
      "Flyway",
      each(["db/V1__a.sql", "db/V1.0__b.sql", "db/V2_c.sql", "db/V1_1__d.sql"]),
      [
        "orphan db/V2_c.sql: Flyway does not run this file: its name is not V<version>__name.sql or R__name.sql, with two underscores.",
        "duplicate db/V1__a.sql: Flyway stops: V1.0__b.sql has version 1 already.",
      ],
    ],
    ["goose", each(["m/1_a.sql", "m/01_b.sql"], "-- +goose Up\n"), ["duplicate m/1_a.sql: goose stops: 01_b.sql has version 1 already."]],
    ["golang-migrate", each(["m/1_a.up.sql", "m/1_b.up.sql", "m/1_a.down.sql"]), ["duplicate m/1_b.up.sql: golang-migrate stops: 1_a.up.sql has version 1 already."]],
    [
      "golang-migrate",
      each(["m/1_a.up.sql", "m/1_b.down.sql", "m/2_c.down.sql", "m/3_d.sql", "m/seed.sql"]),
      [
        "orphan m/2_c.down.sql: This file takes back migration 2_c, and there is no 2_c.up.sql: nothing runs it.",
        "orphan m/3_d.sql: golang-migrate does not run this file: its name is not <number>_name.up.sql or <number>_name.down.sql.",
      ],
    ],
    ["Flyway", each(["db/V1__a.sql", "db/U1.0__b.sql", "db/U2__c.sql"]), ["orphan db/U2__c.sql: This file takes back a version that is not there: no file V2__name.sql stands beside it."]],
    ["goose", each(["m/1_a.sql", "m/2-b.sql"], "-- +goose Up\n"), ["orphan m/2-b.sql: goose does not run this file: its name is not <number>_name.sql."]],
    ["diesel", each(["migrations/2024-01-01-000000_a/up.sql", "migrations/2024-01-02-000000_b/down.sql"]), ["orphan migrations/2024-01-02-000000_b/down.sql: There is no up.sql beside this file: nothing goes up here that it could take back."]],
    ["Prisma", each(["p/20240101000000_a/migration.sql", "p/20240102000000_b/draft.sql"]), ["missing p/20240102000000_b/draft.sql: There is no migration.sql in 20240102000000_b: Prisma stops with P3015. Bring the file back, or delete the folder."]],
    ["plain: a number twice is common, and no fault", each(["m/1_a.sql", "m/1_b.sql"]), []],
  ])("%s: two files with one version, and files that it does not run", async (_, files, expected) => {
    expect(problemsOf(await onlyDatabase(files), files)).toEqual(expected);
  });
});

describe("what the configuration names", () => {
  it("wins over detection, also within ignored folders", async () => {
    const project = await discoverIn({
      ...each(["dist/sql/b.sql", "dist/sql/a.sql", "db/1_a.sql", "db/2_b.sql"]),
      "plumbline.json": '{"databases":[{"name":"main","migrations":{"include":["dist/sql/*.sql"],"tool":"plain"}}]}',
    });
    expect(project.databases.map((source) => [source.name, ...filesOf(source.history)])).toEqual([
      ["main", "dist/sql/a.sql", "dist/sql/b.sql"],
      ["db", "db/1_a.sql", "db/2_b.sql"],
    ]);
  });

  it("may name several folders, in their order, and any tool", async () => {
    const source = await onlyDatabase({
      ...each(["base/2_x.sql", "base/1_x.sql", "more/1_y.sql"]),
      "plumbline.json": '{"databases":[{"migrations":{"include":["more","base/*.sql"]}}]}',
    });
    expect(filesOf(source.history)).toEqual(["more/1_y.sql", "base/1_x.sql", "base/2_x.sql"]);
    const forced = await onlyDatabase({
      ...each(["m/1_a.sql", "m/2_b.sql"], "SELECT 1;"),
      "plumbline.json": '{"databases":[{"migrations":{"include":["m"],"tool":"goose"}}]}',
    });
    expect([forced.tool, ...filesOf(forced.history)]).toEqual(["goose", "m/1_a.sql", "m/2_b.sql"]);
  });

  it("says something of a history that is detected", async () => {
    const { databases } = await discoverIn({
      ...each(["a/1_a.up.sql"]),
      ...each(["b/1_a.sql", "b/2_b.sql"]),
      "plumbline.json": '{"databases":[{"name":"plain one","migrations":{"tool":"plain","after":"1"},"tenantColumns":["org"],"rls":"never","postgresVersion":15}]}',
    });
    expect(databases.map(({ name, tool, configuration, facts }) => [name, tool, configuration?.after?.version, facts.postgresVersion, facts.rls, facts.tenantColumns])).toEqual([
      ["a", "golang-migrate", undefined, 18, "auto", []],
      ["plain one", "plain", "1", 15, "never", ["org"]],
    ]);
  });

  it("is reported where it names nothing", async () => {
    const files = { "plumbline.json": '{"databases":[{"migrations":{"include":["none/*.sql"]}}]}' };
    const source = await onlyDatabase(files);
    expect(problemsOf(source, files)).toEqual(['configuration plumbline.json[{"migrations":{"include":["none/*.sql"]}}]: No .sql file is covered by this entry\'s `include`.']);
  });

  it("is reported where its tool runs none of the files", async () => {
    const files = { ...each(["m/a.sql"]), "plumbline.json": '{"databases":[{"migrations":{"include":["m"],"tool":"prisma"}}]}' };
    expect((await onlyDatabase(files)).problems.map(({ message }) => message)).toEqual(["prisma runs none of the .sql files that this entry's `include` covers: their names are not what it looks for."]);
  });

  it("ignores files, and leaves other projects below alone", async () => {
    const project = await discoverIn({
      ...each(["db/1_a.sql", "db/2_b.sql", "db/3_c.gen.sql", "old/1.sql", "old/2.sql", "sub/x/y.sql", "z.sql"]),
      "sub/plumbline.json": "{}",
      "plumbline.json": '{"ignore":["*.gen.sql","old/"]}',
    });
    expect(filesOf(project.databases[0]!.history)).toEqual(["db/1_a.sql", "db/2_b.sql"]);
    expect(project.databases).toHaveLength(1);
    expect(singlesOf(project)).toEqual(["z.sql"]);
    expect(project.nestedRoots).toEqual([`${root}/sub`]);
  });
});

describe("what is known of a database", () => {
  const supabase = { ...each(["supabase/migrations/1_a.sql", "supabase/seed.sql"]) };

  it("Supabase: its schemas and version from config.toml", async () => {
    const config = 'project_id = "x"\n[api]\nenabled = true\n# schemas = ["no"]\nschemas = [\n  "public", # all\n  "api",\n]\n[db]\nport = 1\nmajor_version = 15\n';
    const project = await discoverIn({ ...supabase, "supabase/config.toml": config });
    expect(project.databases[0]!.facts).toMatchObject({ platform: "supabase", apiSchemas: ["public", "api"], postgresVersion: 15, owner: "sql" });
    expect(project.singles[0]!.facts).toMatchObject({ platform: "supabase", tool: "single" });
    expect((await onlyDatabase(supabase)).facts).toMatchObject({ platform: "supabase", apiSchemas: ["public", "graphql_public"], postgresVersion: 18 });
    expect((await onlyDatabase({ ...supabase, "supabase/config.toml": "[api]\nenabled = false\n" })).facts.apiSchemas).toEqual([]);
  });

  it("the version that is configured wins, then Supabase's, then the compose file's", async () => {
    const db = each(["db/1_a.sql", "db/2_b.sql"]);
    const compose = { "docker-compose.yml": "services:\n  db:\n    image: postgres:14.2-alpine\n" };
    expect((await onlyDatabase({ ...db, ...compose })).facts.postgresVersion).toBe(14);
    expect((await onlyDatabase({ ...db, ...compose, "plumbline.json": '{"postgresVersion":16}' })).facts.postgresVersion).toBe(16);
    for (const [image, version] of [["pgvector/pgvector:pg17", 17], ["timescale/timescaledb:latest-pg16", 16], ["postgis/postgis:15-3.4", 15], ["redis:7", 18], ["ghcr.io/x/postgres:16", 16]] as const) {
      expect((await onlyDatabase({ ...db, "compose.yaml": `services:\n  db:\n    image: "${image}"\n` })).facts.postgresVersion, image).toBe(version);
    }
  });

  it("Drizzle owns its tables: by drizzle.config, by a schema.ts beside it, by the configuration", async () => {
    const drizzle = { ...each(["app/drizzle/0000_a.sql"]), "app/drizzle/meta/_journal.json": journal([["0000_a", 1]]) };
    const schema = "import { pgTable } from 'drizzle-orm/pg-core';\n";
    const config = "import { defineConfig } from 'drizzle-kit';\n// schema: './wrong.ts'\nexport default defineConfig({ dialect: \"postgresql\", schema: ['./src/a.ts', './src/tables/*.ts'], casing: 'snake_case' });\n";
    const byConfig = await onlyDatabase({ ...drizzle, "app/drizzle.config.ts": config, "app/src/a.ts": schema, "app/src/tables/b.ts": schema, "app/src/tables/b.test.ts": schema, "app/src/tables/deep/c.ts": schema });
    expect(byConfig.facts.owner).toBe("drizzle");
    expect(byConfig.schema).toMatchObject({ kind: "drizzle", files: [`${root}/app/src/a.ts`, `${root}/app/src/tables/b.ts`], config: { casing: "snake_case" } });
    const nearby = await onlyDatabase({ ...drizzle, "app/package.json": "{}", "app/src/db/schema.ts": schema, "other/schema.ts": schema });
    expect(nearby.schema?.files).toEqual([`${root}/app/src/db/schema.ts`]);
    const named = await onlyDatabase({ ...drizzle, "elsewhere/tables.ts": schema, "plumbline.json": '{"databases":[{"schema":["elsewhere/tables.ts"]}]}' });
    expect(named.schema?.files).toEqual([`${root}/elsewhere/tables.ts`]);
    expect((await onlyDatabase(drizzle)).facts.owner).toBe("sql");
  });

  it("a Drizzle schema without migrations is a database too", async () => {
    const source = await onlyDatabase({ "drizzle.config.ts": "export default { dialect: 'postgresql', schema: './src/schema' }", "src/schema/a.ts": "", "src/schema/deep/b.ts": "", "package.json": '{"dependencies":{"@neondatabase/serverless":"1"}}' });
    expect([source.tool, source.history.files.length, source.schema?.files, source.facts.platform]).toEqual(["drizzle", 0, [`${root}/src/schema/a.ts`], "neon"]);
    expect((await discoverIn({ "drizzle.config.ts": "export default { dialect: 'sqlite', schema: './s.ts' }", "s.ts": "" })).databases).toEqual([]);
  });

  it("Neon by Drizzle's helpers", async () => {
    const source = await onlyDatabase({ "drizzle.config.ts": "export default { dialect: 'postgresql', schema: './s.ts' }", "s.ts": "import { crudPolicy } from 'drizzle-orm/neon';" });
    expect(source.facts).toMatchObject({ platform: "neon", apiSchemas: ["public"] });
  });

  it("Neon's driver alone exposes nothing, its Data API's client does", async () => {
    const facts = async (name: string): Promise<unknown> => (await onlyDatabase({ ...each(["migrations/1_a.sql", "migrations/2_b.sql"]), "package.json": `{"dependencies":{"${name}":"1"}}` })).facts;
    expect(await facts("@neondatabase/serverless")).toMatchObject({ platform: "neon", apiSchemas: null });
    expect(await facts("@neondatabase/neon-js")).toMatchObject({ platform: "neon", apiSchemas: ["public"] });
    expect(await facts("pg")).toMatchObject({ platform: null, apiSchemas: null });
  });

  it("Supabase's config.toml counts for another tool's migrations only where it has none of its own", async () => {
    const drizzle = { ...each(["drizzle/0000_a.sql"]), "drizzle/meta/_journal.json": journal([["0000_a", 1]]) };
    const config = { "supabase/config.toml": "[api]\nschemas = [\"public\"]\n" };
    expect((await onlyDatabase({ ...drizzle, ...config })).facts).toMatchObject({ platform: "supabase", apiSchemas: ["public"] });
    const both = await discoverIn({ ...drizzle, ...config, ...each(["supabase/migrations/1_a.sql"]) });
    expect(both.databases.map(({ tool, facts }) => [tool, facts.platform])).toEqual([["drizzle", null], ["supabase", "supabase"]]); // prettier-ignore
    const helpers = await onlyDatabase({ ...drizzle, "drizzle.config.ts": "export default { dialect: 'postgresql', schema: './s.ts' }", "s.ts": "import { authUid } from 'drizzle-orm/supabase';" });
    expect(helpers.facts.platform).toBe("supabase");
  });

  it("Drizzle that writes into Supabase's folder: one database, owned by Drizzle", async () => {
    const source = await onlyDatabase({
      ...each(["supabase/migrations/1_a.sql"]),
      "supabase/migrations/meta/_journal.json": journal([["1_a", 1]]),
      "drizzle.config.ts": "export default { dialect: 'postgresql', out: './supabase/migrations', schema: './s.ts' }",
      "s.ts": "",
    });
    expect([source.tool, source.facts.owner, source.facts.platform]).toEqual(["supabase", "drizzle", "supabase"]);
  });

  it("Prisma owns its tables; from 7.4 it runs CREATE INDEX CONCURRENTLY by itself", async () => {
    const prisma = { ...each(["prisma/migrations/1_a/migration.sql"]), "prisma/schema.prisma": 'datasource db { provider = "postgresql" }' };
    const way = async (range: string): Promise<string> => (await onlyDatabase({ ...prisma, "package.json": `{"devDependencies":{"prisma":"${range}"}}` })).history.transaction.wayOut.way;
    expect((await onlyDatabase(prisma)).facts.owner).toBe("prisma");
    expect((await onlyDatabase(prisma)).schema).toMatchObject({ kind: "prisma", files: [`${root}/prisma/schema.prisma`] });
    for (const [range, expected] of [["^7.4.0", "detected"], ["~7.9.1", "detected"], ["8", "detected"], ["7.3.0", "own file"], ["^6.0.0", "own file"], ["latest", "own file"]] as const) expect(await way(range), range).toBe(expected);
  });

  it("how a tool is started and configured says how it runs", async () => {
    const wraps = async (files: Files): Promise<readonly unknown[]> => {
      const { transaction, outOfOrder } = (await onlyDatabase(files)).history;
      return [transaction.wraps, transaction.implicit, outOfOrder ?? false];
    };
    const golang = each(["migrations/1_a.up.sql"]);
    expect(await wraps(golang)).toEqual(["nothing", true, false]);
    expect(await wraps({ ...golang, Makefile: 'up:\n\tmigrate -database "postgres://db/app?sslmode=disable&x-multi-statement=true" up\n' })).toEqual(["nothing", false, false]);
    const refinery = { ...each(["migrations/V1__a.sql"]), "Cargo.toml": '[dependencies]\nrefinery = "0.8"\n' };
    expect(await wraps(refinery)).toEqual(["version", false, false]);
    expect(await wraps({ ...refinery, "src/main.rs": "runner().set_grouped(true).run(&mut client)?;\n" })).toEqual(["all pending", false, false]);
    expect(await wraps({ ...refinery, justfile: "up:\n  refinery migrate -c refinery.toml --grouped\n" })).toEqual(["all pending", false, false]);
    const flyway = each(["db/V1__a.sql"]);
    expect(await wraps({ ...flyway, "flyway.toml": '[environments.x]\ngroup = true\n[flyway]\nlocations = [\n  "filesystem:db",\n]\noutOfOrder = true\n' })).toEqual(["version", false, true]);
    expect(await wraps({ ...flyway, "application.properties": "spring.flyway.group=true\nspring.flyway.locations=${LOCATIONS}\n" })).toEqual(["all pending", false, false]);
  });

  it("script configurations and group settings of Flyway, metadata.toml of diesel", async () => {
    const flyway = await onlyDatabase({ ...each(["db/V1__a.sql", "db/V2__b.sql"]), "db/V2__b.sql.conf": "executeInTransaction=false\n", "flyway.conf": "flyway.group=true\n" });
    expect(flyway.history.transaction.wraps).toBe("all pending");
    expect(flyway.history.files.map((file) => file.transaction?.disabled)).toEqual([undefined, true]);
    const diesel = await onlyDatabase({ ...each(["migrations/2024-01-01-000000_a/up.sql"]), "migrations/2024-01-01-000000_a/metadata.toml": "run_in_transaction = false\n" });
    expect(diesel.history.files[0]!.transaction).toMatchObject({ wraps: "nothing", implicit: true, disabled: true });
  });

  it("leaves out the dump that a tool keeps beside its migrations", async () => {
    const dump = "\n--\n-- PostgreSQL database dump\n--\n";
    const project = await discoverIn({ ...each(["db/migrations/1_a.sql", "db/migrations/2_b.sql"]), "db/schema.sql": dump, "db/structure.sql": "CREATE TABLE t ();", "other/schema.sql": dump });
    expect(singlesOf(project)).toEqual(["db/structure.sql", "other/schema.sql"]);
    expect(project.skipped.map(({ file, reason }) => `${relativePath(root, file)}: ${reason}`)).toEqual(["db/schema.sql: a dump of the schema that the migrations beside it make"]);
  });

  it("takes of files for several systems those for Postgres", async () => {
    const source = await onlyDatabase(each(["m/1_a.postgres.up.sql", "m/1_a.mysql.up.sql", "m/1_a.sqlite3.up.sql", "m/1_a.cockroach.up.sql", "m/2_b.up.sql"]));
    expect(filesOf(source.history)).toEqual(["m/1_a.postgres.up.sql", "m/2_b.up.sql"]);
  });

  it("leaves dbt's templates and other systems' files out", async () => {
    const project = await discoverIn({ ...each(["dbt/models/a.sql", "clickhouse/schema.sql", "db/mysql/x.sql", "postgres-to-clickhouse/a.sql"]), "dbt/dbt_project.yml": "" });
    expect(singlesOf(project)).toEqual(["postgres-to-clickhouse/a.sql"]);
    expect(project.skipped.map(({ reason }) => reason).sort()).toEqual(["a dbt template, not SQL", "clickhouse, not Postgres", "mysql, not Postgres"]);
  });
});
