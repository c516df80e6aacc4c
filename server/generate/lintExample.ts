// Lints an example as a project of its tool: what is given is released, the example is pending.

import { applyEdits } from "../src/text/edit";
import type { Finding, Fix } from "../src/lint/finding";
import { startOf } from "../src/lint/files";
import { memoryFileSystem } from "../src/project/memoryFileSystem";
import { Workspace } from "../src/project/workspace";
import type { Example, Rule } from "../src/rules/rule";
import type { ToolId } from "../src/schema/history";

/** Where a tool's first and second migration lie, what stands beside them, and what they must hold to be its own. */
interface Layout {
  readonly given: string;
  readonly example: string;
  readonly include: string;
  readonly after: string;
  readonly beside?: Readonly<Record<string, string>>;
  readonly wrap?: (sql: string, name: "given" | "example") => string;
}

const stamps = { given: "20240101000000", example: "20240201000000" };
const folders = (folder: string, file: string): Pick<Layout, "given" | "example" | "include" | "after"> => ({
  given: `${folder}/${stamps.given}_given/${file}`,
  example: `${folder}/${stamps.example}_example/${file}`,
  include: `${folder}/**/${file}`,
  after: stamps.given,
});

export const layouts: Readonly<Record<ToolId, Layout>> = {
  plain: { given: "migrations/0001_given.sql", example: "migrations/0002_example.sql", include: "migrations/*.sql", after: "0001" },
  single: { given: "given/0001_given.sql", example: "example.sql", include: "given/*.sql", after: "0001" },
  drizzle: {
    given: "drizzle/0000_given.sql",
    example: "drizzle/0001_example.sql",
    include: "drizzle/*.sql",
    after: "0000_given",
    beside: {
      "drizzle/meta/_journal.json": JSON.stringify({
        version: "7",
        dialect: "postgresql",
        entries: [
          { idx: 0, version: "7", when: 1704067200000, tag: "0000_given", breakpoints: true },
          { idx: 1, version: "7", when: 1706745600000, tag: "0001_example", breakpoints: true },
        ],
      }),
    },
  },
  prisma: {
    ...folders("prisma/migrations", "migration.sql"),
    beside: {
      "prisma/schema.prisma": 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
      "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n',
    },
  },
  supabase: {
    given: `supabase/migrations/${stamps.given}_given.sql`,
    example: `supabase/migrations/${stamps.example}_example.sql`,
    include: "supabase/migrations/*.sql",
    after: stamps.given,
    beside: { "supabase/config.toml": '[api]\nschemas = ["public", "graphql_public"]\n' },
  },
  flyway: { given: "sql/V1__given.sql", example: "sql/V2__example.sql", include: "sql/*.sql", after: "1", beside: { "flyway.conf": "flyway.locations=filesystem:sql\n" } },
  "golang-migrate": { given: "migrations/000001_given.up.sql", example: "migrations/000002_example.up.sql", include: "migrations/*.sql", after: "000001" },
  dbmate: {
    given: `db/migrations/${stamps.given}_given.sql`,
    example: `db/migrations/${stamps.example}_example.sql`,
    include: "db/migrations/*.sql",
    after: stamps.given,
    wrap: (sql) => `-- migrate:up\n${sql}\n-- migrate:down\n`,
  },
  goose: { given: "migrations/00001_given.sql", example: "migrations/00002_example.sql", include: "migrations/*.sql", after: "00001", wrap: (sql) => `-- +goose Up\n${sql}\n-- +goose Down\n` },
  sqlx: {
    given: `migrations/${stamps.given}_given.sql`,
    example: `migrations/${stamps.example}_example.sql`,
    include: "migrations/*.sql",
    after: stamps.given,
    beside: { "Cargo.toml": '[dependencies]\nsqlx = "0.8"\n' },
  },
  refinery: { given: "migrations/V1__given.sql", example: "migrations/V2__example.sql", include: "migrations/*.sql", after: "1", beside: { "Cargo.toml": '[dependencies]\nrefinery = "0.8"\n' } },
  "node-pg-migrate": {
    given: "migrations/1704067200000_given.sql",
    example: "migrations/1706745600000_example.sql",
    include: "migrations/*.sql",
    after: "1704067200000",
    beside: { "package.json": '{"dependencies":{"node-pg-migrate":"7.0.0"}}' },
    wrap: (sql) => `-- Up Migration\n${sql}\n-- Down Migration\n`,
  },
  liquibase: {
    given: "changelog/0001-given.sql",
    example: "changelog/0002-example.sql",
    include: "changelog/*.sql",
    after: "author:given",
    wrap: (sql, name) => `--liquibase formatted sql\n\n--changeset author:${name}\n${sql}`,
  },
  hasura: { ...folders("migrations/default", "up.sql"), beside: { "config.yaml": "version: 3\nendpoint: http://localhost:8080\n" } },
  diesel: { given: "migrations/2024-01-01-000000_given/up.sql", example: "migrations/2024-02-01-000000_example/up.sql", include: "migrations/**/up.sql", after: "2024-01-01-000000", beside: { "diesel.toml": '[print_schema]\nfile = "src/schema.rs"\n' } },
};

const root = "/example";

export interface LintedExample {
  readonly workspace: Workspace;
  /** The pending file, and its text with what its tool wants around the SQL. */
  readonly file: string;
  readonly text: string;
  readonly findings: readonly Finding[];
  /** The underlined text of a finding in the pending file. */
  underlined(finding: Finding): string;
}

/** An example as its rule means it: of rules about code it is code. */
export function exampleOf(rule: Rule, example: Example): Example {
  return rule.on === "declaration" || rule.on === "module" ? { language: "drizzle", ...example } : example;
}

export async function lintExample(example: Example, rules: readonly Rule[], sql = example.sql, more: Readonly<Record<string, string>> = {}): Promise<LintedExample> {
  const { files, file } = example.language === "drizzle" ? codeFiles(example, sql) : migrationFiles(example, sql);
  for (const [name, content] of Object.entries({ ...example.beside, ...more })) files[`${root}/${name}`] = content;
  const workspace = await Workspace.open({ folder: root, fileSystem: memoryFileSystem(files), rules, trusted: false, now: () => new Date("2024-03-01T00:00:00Z") });
  return {
    workspace,
    file,
    text: files[file]!,
    findings: workspace.files.flatMap((each) => workspace.findings(each)),
    underlined: (finding) => {
      const start = startOf(finding.place);
      return (files[finding.place.anchor.file] ?? "").slice(start, start + finding.place.range.end - finding.place.range.start);
    },
  };
}

interface ExampleFiles {
  readonly files: Record<string, string>;
  /** The one that the example's text stands in. */
  readonly file: string;
}

/** A Drizzle schema and its configuration, with the migrations that are given. */
function codeFiles(example: Example, text: string): ExampleFiles {
  const file = `${root}/${example.file ?? "schema.ts"}`;
  const journal = { version: "7", dialect: "postgresql", entries: [{ idx: 0, version: "7", when: 1704067200000, tag: "0000_given", breakpoints: true }] };
  const files = {
    [file]: text,
    [`${root}/drizzle.config.ts`]: 'export default { dialect: "postgresql", schema: "./schema.ts", out: "./drizzle" };\n',
    [`${root}/package.json`]: JSON.stringify({ dependencies: { "drizzle-orm": example.drizzleVersion ?? "0.45.4" } }),
    [`${root}/drizzle/0000_given.sql`]: example.given ?? "-- given: nothing\n",
    [`${root}/drizzle/meta/_journal.json`]: JSON.stringify(journal),
    [`${root}/plumbline.json`]: configurationOf(example, { after: "0000_given" }),
  };
  return { files, file };
}

function migrationFiles(example: Example, sql: string): ExampleFiles {
  const tool = example.tool ?? (example.platform === "supabase" ? "supabase" : "plain");
  const layout = layouts[tool];
  const wrap = layout.wrap ?? ((text: string) => text);
  const text = sql === example.sql ? wrap(sql, "example") : sql;
  const files: Record<string, string> = { [`${root}/${layout.example}`]: text };
  // A second file, so that a history is recognised whether something is given or not.
  files[`${root}/${layout.given}`] = wrap(example.given ?? "-- given: nothing\n", "given");
  for (const [name, content] of Object.entries(layout.beside ?? {})) files[`${root}/${name}`] = content;
  if (example.platform === "neon") files[`${root}/package.json`] = '{"dependencies":{"@neondatabase/neon-js":"1.0.0"}}';
  files[`${root}/plumbline.json`] = configurationOf(example, { include: [layout.include], after: layout.after });
  return { files, file: `${root}/${example.file ?? layout.example}` };
}

function configurationOf(example: Example, migrations: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    ...(example.options ? { rules: Object.fromEntries(Object.entries(example.options)) } : {}),
    databases: [
      {
        name: "main",
        migrations,
        ...(example.postgresVersion === null ? {} : { postgresVersion: example.postgresVersion ?? 18 }),
        ...(example.tenantColumns ? { tenantColumns: [...example.tenantColumns] } : {}),
        ...(example.tenantValue === undefined ? {} : { tenantValue: example.tenantValue }),
        ...(example.rls ? { rls: example.rls } : {}),
      },
    ],
  });
}

/** With this rule alone, whatever the preset says of it. */
export async function lintAlone(rule: Rule, example: Example, sql?: string, more?: Readonly<Record<string, string>>): Promise<LintedExample & { readonly finding: Finding | null }> {
  const severity = rule.severity.strict === "off" ? "hint" : rule.severity.strict;
  const linted = await lintExample({ ...exampleOf(rule, example), options: { [rule.id]: severity, ...example.options } }, [rule], sql, more);
  const own = linted.findings.filter((finding) => finding.rule === rule.id && finding.place.anchor.file === linted.file);
  return { ...linted, finding: own.find((finding) => linted.underlined(finding) === example.at) ?? null };
}

/** The project's files after a fix, by their names below its root. */
export function afterFix(linted: LintedExample, fix: Fix): { readonly text: string; readonly created: Readonly<Record<string, string>> } {
  const own = fix.edits.flatMap((edit) => (edit.kind === "edit" && edit.file === linted.file ? [{ range: edit.range, newText: edit.newText }] : []));
  const created = Object.fromEntries(fix.edits.flatMap((edit) => (edit.kind === "create" ? [[edit.file.slice(root.length + 1), edit.text]] : [])));
  return { text: applyEdits(linted.text, own), created };
}
