import { describe, expect, it } from "vitest";
import type { ToolId } from "../../server/src/schema/history";
import { relativePath } from "../../server/src/project/paths";
import { discoverIn, each, filesOf, root } from "./project";
import type { Files } from "./project";

interface Layout {
  readonly name: string;
  readonly files: Files;
  readonly tool: ToolId;
  readonly folder: string;
  readonly order: readonly string[];
}

const journal = (tags: readonly string[], dialect = "postgresql"): string =>
  JSON.stringify({ version: "7", dialect, entries: tags.map((tag, idx) => ({ idx, version: "7", when: 1700000000000 + idx, tag, breakpoints: true })) }, null, 2);
const snapshot = '{"dialect":"postgres","id":"a"}';
const cargo = (crate: string): string => `[package]\nname = "app"\n\n[dependencies]\ntokio = "1"\n${crate} = { version = "0.8", features = ["postgres"] }\n`;

const layouts: readonly Layout[] = [
  {
    name: "numbers in a plain folder, read as numbers",
    files: each(["db/migrations/2_b.sql", "db/migrations/10_c.sql", "db/migrations/1_a.sql", "db/migrations/readme.sql"]),
    tool: "plain",
    folder: "db/migrations",
    order: ["db/migrations/1_a.sql", "db/migrations/2_b.sql", "db/migrations/10_c.sql"],
  },
  {
    name: "dates in a plain folder",
    files: each(["sql/2024-02-01-b.sql", "sql/2024-01-31-a.sql"]),
    tool: "plain",
    folder: "sql",
    order: ["sql/2024-01-31-a.sql", "sql/2024-02-01-b.sql"],
  },
  {
    name: "a plain folder with its way down beside it",
    files: each(["db/001_a.sql", "db/002_b.sql", "db/001_a.rollback.sql", "db/rollback/002_b.sql"]),
    tool: "plain",
    folder: "db",
    order: ["db/001_a.sql", "db/002_b.sql", "down db/001_a.rollback.sql", "down db/rollback/002_b.sql"],
  },
  {
    name: "folders up and down",
    files: each(["m/up/1_a.sql", "m/up/2_b.sql", "m/down/1_a.sql", "m/down/2_b.sql"]),
    tool: "plain",
    folder: "m/up",
    order: ["m/up/1_a.sql", "m/up/2_b.sql", "down m/down/1_a.sql", "down m/down/2_b.sql"],
  },
  {
    name: "Drizzle's journal, whose order wins over the names",
    files: { ...each(["drizzle/0000_a.sql", "drizzle/0001_b.sql", "drizzle/0001_c.sql"]), "drizzle/meta/_journal.json": journal(["0000_a", "0001_c", "0001_b"]) },
    tool: "drizzle",
    folder: "drizzle",
    order: ["drizzle/0000_a.sql", "drizzle/0001_c.sql", "drizzle/0001_b.sql"],
  },
  {
    name: "Drizzle 1.0's folders, one of them made by hand",
    files: {
      ...each(["drizzle/20240101000000_a/migration.sql", "drizzle/20240102000000_b/migration.sql"]),
      "drizzle/20240101000000_a/snapshot.json": snapshot,
    },
    tool: "drizzle",
    folder: "drizzle",
    order: ["drizzle/20240101000000_a/migration.sql", "drizzle/20240102000000_b/migration.sql"],
  },
  {
    name: "Prisma by its lock file",
    files: {
      ...each(["prisma/migrations/20240102000000_b/migration.sql", "prisma/migrations/0_init/migration.sql"]),
      "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
    },
    tool: "prisma",
    folder: "prisma/migrations",
    order: ["prisma/migrations/0_init/migration.sql", "prisma/migrations/20240102000000_b/migration.sql"],
  },
  {
    name: "Prisma by its schema's datasource, in a folder of schema files",
    files: {
      ...each(["prisma/migrations/20240102000000_b/migration.sql"]),
      "prisma/schema/base.prisma": 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
    },
    tool: "prisma",
    folder: "prisma/migrations",
    order: ["prisma/migrations/20240102000000_b/migration.sql"],
  },
  {
    name: "Supabase",
    files: { ...each(["supabase/migrations/20240102000000_b.sql", "supabase/migrations/20240101000000_a.sql"]), "supabase/config.toml": 'project_id = "x"\n' },
    tool: "supabase",
    folder: "supabase/migrations",
    order: ["supabase/migrations/20240101000000_a.sql", "supabase/migrations/20240102000000_b.sql"],
  },
  {
    name: "Supabase without a config.toml, with one migration",
    files: each(["apps/web/supabase/migrations/20240101000000_a.sql"]),
    tool: "supabase",
    folder: "apps/web/supabase/migrations",
    order: ["apps/web/supabase/migrations/20240101000000_a.sql"],
  },
  {
    name: "Supabase's folder that drizzle-kit writes into",
    files: {
      ...each(["supabase/migrations/20240101000000_a.sql", "supabase/migrations/20240102000000_by_hand.sql"]),
      "supabase/config.toml": "[api]\n",
      "supabase/migrations/meta/_journal.json": journal(["20240101000000_a"]),
    },
    tool: "supabase",
    folder: "supabase/migrations",
    order: ["supabase/migrations/20240101000000_a.sql", "supabase/migrations/20240102000000_by_hand.sql"],
  },
  {
    name: "Flyway: versions, then what is run again, then undo",
    files: each(["src/main/resources/db/migration/V1_10__c.sql", "src/main/resources/db/migration/sub/V1.9__b.sql", "src/main/resources/db/migration/V1__a.sql", "src/main/resources/db/migration/R__view.sql", "src/main/resources/db/migration/U1__a.sql"]),
    tool: "flyway",
    folder: "src/main/resources/db/migration",
    order: [
      "src/main/resources/db/migration/V1__a.sql",
      "src/main/resources/db/migration/sub/V1.9__b.sql",
      "src/main/resources/db/migration/V1_10__c.sql",
      "again src/main/resources/db/migration/R__view.sql",
      "down src/main/resources/db/migration/U1__a.sql",
    ],
  },
  {
    name: "Flyway's folders by vendor: the others are left out",
    files: each(["src/main/resources/db/migration/mysql/V1__a.sql", "src/main/resources/db/migration/postgresql/V1__a.sql"]),
    tool: "flyway",
    folder: "src/main/resources/db/migration",
    order: ["src/main/resources/db/migration/postgresql/V1__a.sql"],
  },
  {
    name: "Flyway where its own configuration points, under its own names, in several locations",
    files: {
      ...each(["sql/main/M1-a.sql", "sql/more/M2-b.sql", "sql/more/X-view.sql", "sql/main/B1-a.sql"]),
      "flyway.conf": "# flyway.locations=none\nflyway.locations=filesystem:sql/main,filesystem:./sql/more\nflyway.sqlMigrationPrefix=M\nflyway.sqlMigrationSeparator=-\nflyway.repeatableSqlMigrationPrefix=X\nflyway.undoSqlMigrationPrefix=B\n",
    },
    tool: "flyway",
    folder: "sql/main",
    order: ["sql/main/M1-a.sql", "sql/more/M2-b.sql", "again sql/more/X-view.sql", "down sql/main/B1-a.sql"],
  },
  {
    name: "Flyway where Spring Boot's YAML points",
    files: {
      ...each(["src/main/resources/db/pg/V1__a.sql", "src/main/resources/db/pg/deep/V2__b.sql", "src/test/resources/db/data/V9__test.sql"]),
      "src/main/resources/application.yml": "spring:\n  flyway:\n    enabled: true\n    locations:\n      - classpath:db/pg\n  jpa:\n    locations: none\n",
      "plumbline.json": '{"ignore":["src/test"]}',
    },
    tool: "flyway",
    folder: "src/main/resources/db/pg",
    order: ["src/main/resources/db/pg/V1__a.sql", "src/main/resources/db/pg/deep/V2__b.sql"],
  },
  {
    name: "refinery by the Cargo.toml above: U is no undo",
    files: { ...each(["migrations/V10__c.sql", "migrations/V2__b.sql", "migrations/U3__x.sql"]), "Cargo.toml": cargo("refinery") },
    tool: "refinery",
    folder: "migrations",
    order: ["migrations/V2__b.sql", "migrations/U3__x.sql", "migrations/V10__c.sql"],
  },
  {
    name: "golang-migrate's pairs",
    files: each(["migrations/10_b.up.sql", "migrations/10_b.down.sql", "migrations/9_a.up.sql", "migrations/9_a.down.sql"]),
    tool: "golang-migrate",
    folder: "migrations",
    order: ["migrations/9_a.up.sql", "migrations/10_b.up.sql", "down migrations/9_a.down.sql", "down migrations/10_b.down.sql"],
  },
  {
    name: "sqlx's pairs, by the Cargo.toml of the workspace",
    files: {
      ...each(["crates/api/migrations/1_a.up.sql", "crates/api/migrations/1_a.down.sql"]),
      "crates/api/Cargo.toml": "[dependencies]\nsqlx.workspace = true\n",
      "Cargo.toml": "[workspace.dependencies]\nserde = \"1\"\n",
    },
    tool: "sqlx",
    folder: "crates/api/migrations",
    order: ["crates/api/migrations/1_a.up.sql", "down crates/api/migrations/1_a.down.sql"],
  },
  {
    name: "sqlx's single files",
    files: { ...each(["migrations/20240101000000_a.sql", "migrations/20240102000000_b.sql"]), "Cargo.toml": cargo("sqlx") },
    tool: "sqlx",
    folder: "migrations",
    order: ["migrations/20240101000000_a.sql", "migrations/20240102000000_b.sql"],
  },
  {
    name: "the same files without sqlx in the Cargo.toml",
    files: { ...each(["migrations/20240101000000_a.sql", "migrations/20240102000000_b.sql"]), "Cargo.toml": cargo("postgres") },
    tool: "plain",
    folder: "migrations",
    order: ["migrations/20240101000000_a.sql", "migrations/20240102000000_b.sql"],
  },
  {
    name: "goose by its marker",
    files: each(["migrations/00002_b.sql", "migrations/00001_a.sql"], "-- +goose Up\nSELECT 1;\n"),
    tool: "goose",
    folder: "migrations",
    order: ["migrations/00001_a.sql", "migrations/00002_b.sql"],
  },
  {
    name: "dbmate by its marker",
    files: each(["db/migrations/20240101000000_a.sql", "db/schema.sql"], "-- migrate:up\nSELECT 1;\n-- migrate:down\n"),
    tool: "dbmate",
    folder: "db/migrations",
    order: ["db/migrations/20240101000000_a.sql"],
  },
  {
    name: "node-pg-migrate by the package.json",
    files: { ...each(["migrations/1705000000000_a.sql", "migrations/20240102000000000_b.sql"]), "package.json": '{"dependencies":{"node-pg-migrate":"^8.0.0"}}' },
    tool: "node-pg-migrate",
    folder: "migrations",
    // 17 digits are a date of January 2nd, 13 digits are milliseconds of January 11th.
    order: ["migrations/20240102000000000_b.sql", "migrations/1705000000000_a.sql"],
  },
  {
    name: "node-pg-migrate by its marker",
    files: each(["db/1705000000000_a.sql"], "-- Up Migration\nSELECT 1;\n-- Down Migration\n"),
    tool: "node-pg-migrate",
    folder: "db",
    order: ["db/1705000000000_a.sql"],
  },
  {
    name: "Liquibase in the changelog's order",
    files: {
      ...each(["db/changelog/b.sql", "db/changelog/a.sql", "db/changelog/later.sql"], "--liquibase formatted sql\n\n--changeset me:1\nSELECT 1;\n"),
      "db/changelog-root.yaml": "databaseChangeLog:\n  - include:\n      file: changelog/b.sql\n      relativeToChangelogFile: true\n  - include:\n      file: db/changelog/a.sql\n",
    },
    tool: "liquibase",
    folder: "db/changelog",
    order: ["db/changelog/b.sql", "db/changelog/a.sql", "db/changelog/later.sql"],
  },
  {
    name: "Liquibase through two changelogs",
    files: {
      ...each(["db/one/2.sql", "db/one/1.sql", "db/two/1.sql"], "-- liquibase formatted sql\n-- changeset me:1\nSELECT 1;\n"),
      "db/changelog-master.xml": '<databaseChangeLog><include file="two/changelog.xml" relativeToChangelogFile="true"/><includeAll path="db/one/"/></databaseChangeLog>',
      "db/two/changelog.xml": '<databaseChangeLog><include file="1.sql" relativeToChangelogFile="true"/></databaseChangeLog>',
    },
    tool: "liquibase",
    folder: "db/one",
    order: ["db/two/1.sql", "db/one/1.sql", "db/one/2.sql"],
  },
  {
    name: "Hasura's folders below its config.yaml",
    files: {
      ...each(["migrations/default/1700000000000_a/up.sql", "migrations/default/1700000000000_a/down.sql", "migrations/default/999_z/up.sql"]),
      "config.yaml": "version: 3\nmetadata_directory: metadata\n",
    },
    tool: "hasura",
    folder: "migrations/default",
    order: ["migrations/default/999_z/up.sql", "migrations/default/1700000000000_a/up.sql", "down migrations/default/1700000000000_a/down.sql"],
  },
  {
    name: "diesel's folders, compared as text without dashes",
    files: {
      ...each(["migrations/2024-01-02-000000_b/up.sql", "migrations/00000000000000_diesel_initial_setup/up.sql", "migrations/20240101000000_a/up.sql", "migrations/20240101000000_a/down.sql"]),
      "diesel.toml": "",
    },
    tool: "diesel",
    folder: "migrations",
    order: ["migrations/00000000000000_diesel_initial_setup/up.sql", "migrations/20240101000000_a/up.sql", "migrations/2024-01-02-000000_b/up.sql", "down migrations/20240101000000_a/down.sql"],
  },
];

describe("detection", () => {
  for (const { name, files, tool, folder, order } of layouts) {
    it(`${tool}: ${name}`, async () => {
      const { databases } = await discoverIn(files);
      expect(databases.map((database) => [database.tool, database.name, relativePath(root, database.history.folder)])).toEqual([[tool, folder, folder]]);
      expect(filesOf(databases[0]!.history)).toEqual(order);
    });
  }

  it("takes no numbered tests, seeds and single files for a history", async () => {
    const project = await discoverIn(each(["supabase/tests/database/01-a.sql", "supabase/tests/database/02-b.sql", "db/seeds/1_a.sql", "db/seeds/2_b.sql", "one/001_init.sql", "schema/v1-core.sql", "schema/v1-olap.sql"]));
    expect(project.databases).toEqual([]);
    expect(project.singles).toHaveLength(7);
  });

  it("leaves another system's migrations alone, and says so", async () => {
    const project = await discoverIn({
      ...each(["mysql/migrations/1_a.sql", "mysql/migrations/2_b.sql"]),
      ...each(["a/1_a.sql", "a/2_b.sql"], "CREATE TABLE `a` (id int AUTO_INCREMENT) ENGINE=InnoDB;\n"),
      ...each(["b/1_a.sql", "b/2_b.sql"], "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);\n"),
      ...each(["prisma/migrations/20240101000000_a/migration.sql"]),
      "prisma/migrations/migration_lock.toml": 'provider = "mysql"\n',
      ...each(["drizzle/0000_a.sql"]),
      "drizzle/meta/_journal.json": journal(["0000_a"], "sqlite"),
    });
    expect(project.databases).toEqual([]);
    expect(project.singles).toEqual([]);
    expect(project.skipped.map(({ file, reason }) => `${relativePath(root, file)}: ${reason}`).sort()).toEqual([
      "a: mysql, not Postgres",
      "b: sqlite, not Postgres",
      "drizzle: sqlite, not Postgres",
      "mysql/migrations: mysql, not Postgres",
      "prisma/migrations: mysql, not Postgres",
    ]);
  });

  it("finds several databases in one repository", async () => {
    const { databases } = await discoverIn({
      ...each(["a/migrations/1_a.up.sql"]),
      ...each(["b/migrations/00001_a.sql"], "-- +goose Up\n"),
      ...each(["db/1_a.sql", "db/2_b.sql"]),
    });
    expect(databases.map((database) => `${database.name} ${database.tool}`)).toEqual(["a/migrations golang-migrate", "b/migrations goose", "db plain"]);
  });
});
