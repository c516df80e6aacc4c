// Fixes on real servers. What a `safe` fix makes of an example ends in the same schema as the example itself; what a
// `review` fix makes of it runs, over rows. Every fix of every bad example is tried, not only the first.

import type { Client } from "pg";
import { describe, expect, it } from "vitest";
import type { Finding, Fix } from "../../server/src/lint/finding";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { parentFolder } from "../../server/src/project/paths";
import { Workspace } from "../../server/src/project/workspace";
import { rules } from "../../server/src/rules/index.generated";
import type { RuleId } from "../../server/src/rules/rule";
import type { ToolId } from "../../server/src/schema/history";
import { applyEdits } from "../../server/src/text/edit";
import { readCorpus } from "../corpus/cases";
import { exampleOf, lintExample } from "../../server/generate/lintExample";
import { runAsTool } from "./asTool";
import { compareCatalogs, readCatalog, type Catalog } from "./catalog";
import { fillTables } from "./fillTables";
import { neonPlatform, supabasePlatform } from "./platforms";
import { SqlError } from "./runSql";
import { withDatabase, type PostgresVersion, type Server } from "./server";
import { withServer } from "./withServer";

/** What a `safe` fix leaves otherwise than the example does, and why. */
const mayDiffer: readonly { readonly rule: RuleId; readonly pattern: RegExp; readonly reason: string }[] = [
  { rule: "index/unindexed-foreign-key", pattern: /^index .*: only in the second/, reason: "The index that is missing is what it adds: no statement reads or writes otherwise for it." },
];

/** What would outlast the database. */
const ofTheServer = /\b(?:(?:CREATE|DROP) DATABASE|ALTER SYSTEM)\b/;

interface Tried {
  readonly name: string;
  readonly tool: ToolId;
  readonly platform: "supabase" | "neon" | null;
  readonly finding: Finding;
  readonly fix: Fix;
  readonly given: readonly Sent[];
  /** The pending files in the order in which they run, before and after the fix. */
  readonly before: readonly Sent[];
  readonly after: readonly Sent[];
}

interface Sent {
  readonly text: string;
  /** What diesel reads beside it. */
  readonly metadata: string;
}

/** A project whose pending migrations are to be mended. */
interface Subject {
  readonly name: string;
  readonly platform: "supabase" | "neon" | null;
  /** What stands beside its migrations, by names below its root. */
  readonly beside: Readonly<Record<string, string>>;
  /** Opens it with some of its files changed, or new. */
  readonly open: (changed: Readonly<Record<string, string>>) => Promise<Workspace>;
}

const versions = [15, 18] as const;
const tried = new Map(await Promise.all(versions.map(async (version) => [version, await fixesFor([...examples(version), ...cases(version)])] as const)));

describe.each(versions)("fixes on Postgres %i", (version) => {
  const server = withServer(version);
  it.each(tried.get(version)!.map((each) => [each.name, each] as const))("%s", async (_, each) => {
    const { finding, fix, before, after } = each;
    let original = await outcome(server(), each, before, true);
    // Rows that it does not fit may be what is wrong with it, or with the rows.
    const filled = !(original instanceof SqlError && /^2[23]/.test(original.code));
    if (!filled) original = await outcome(server(), each, before, false);
    const fixed = await outcome(server(), each, after, filled);
    if (original instanceof SqlError && !finding.message.includes(original.code)) {
      // Another finding's matter.
      expect(fixed instanceof SqlError ? fixed.code : original.code).toBe(original.code);
      return;
    }
    if (fixed instanceof SqlError) throw fixed;
    if (fix.kind !== "safe" || original instanceof SqlError) return;
    const expected = mayDiffer.filter(({ rule }) => rule === finding.rule);
    expect(compareCatalogs(original, fixed).filter((line) => !expected.some(({ pattern }) => pattern.test(line)))).toEqual([]);
  });
});

/** The catalog after the files, over tables with rows or without; or what the server does not take. */
function outcome(server: Server, { tool, platform, given }: Tried, files: readonly Sent[], filled: boolean): Promise<Catalog | SqlError> {
  return withDatabase(server, async (first, database) => {
    const roles = await rolesOf(first);
    if (platform === "supabase" || tool === "supabase") await first.query(supabasePlatform);
    else if (platform === "neon") await first.query(neonPlatform);
    // A platform's settings of the database count from the next connection on.
    const client = await server.connect(database);
    try {
      for (const { text, metadata } of given) await runAsTool(client, tool, text, metadata);
      await client.query("reset all");
      if (filled) await fillTables(client);
      for (const { text, metadata } of files) {
        await runAsTool(client, tool, text, metadata);
        await client.query("reset all");
      }
      return await readCatalog(client);
    } catch (error) {
      if (error instanceof SqlError) return error;
      throw error;
    } finally {
      await client.query("rollback; reset all");
      // They belong to the server, not to the database.
      for (const role of await rolesOf(client)) if (!roles.includes(role)) await client.query(`drop owned by ${role} cascade; drop role ${role}`);
      await client.end();
    }
  });
}

async function rolesOf(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ role: string }>("select quote_ident(rolname) as role from pg_roles");
  return rows.map(({ role }) => role);
}

/** The rules' bad examples, as if for this version where they name none. */
function examples(version: PostgresVersion): readonly Subject[] {
  return rules.flatMap((rule) =>
    rule.examples.flatMap((example): readonly Subject[] => {
      // What is written into code, test/drizzle shows.
      if (exampleOf(rule, example).language === "drizzle" || example.kind === "good" || (example.postgresVersion ?? version) !== version) return [];
      const severity = rule.severity.strict === "off" ? "hint" : rule.severity.strict;
      const options = rule.severity.recommended === "off" ? { [rule.id]: severity, ...example.options } : (example.options ?? {});
      const { postgresVersion = version } = example;
      return [
        {
          name: `${rule.id}, ${example.title ?? example.sql.trim().replace(/\s+/g, " ")}`,
          platform: example.platform ?? null,
          beside: {},
          open: async (changed) => (await lintExample({ ...example, options, postgresVersion, beside: { ...example.beside, ...changed } }, rules)).workspace,
        },
      ];
    }),
  );
}

/** The corpus, where the oldest and the newest version stand for those that are nearer to them. */
function cases(version: PostgresVersion): readonly Subject[] {
  return readCorpus()
    .filter(({ postgresVersion, sort, files }) => !Object.values(files).some((text) => ofTheServer.test(text)) && sort !== "history" && (postgresVersion > 16 ? 18 : 15) === version)
    .map((each) => ({
      name: `${each.source}, ${each.name}`,
      platform: null,
      beside: each.files,
      open: (changed) => {
        const files = Object.entries({ ...each.files, ...changed }).map(([name, text]) => [`/corpus/${name}`, text] as const);
        return Workspace.open({ folder: "/corpus", fileSystem: memoryFileSystem(Object.fromEntries(files)), rules, trusted: false, now: () => new Date("2026-03-01T00:00:00Z") });
      },
    }));
}

async function fixesFor(subjects: readonly Subject[]): Promise<readonly Tried[]> {
  const seen = new Set<string>();
  const all = await Promise.all(subjects.map(fixesOf));
  // One migration shows several rules, and is mended once.
  return all.flat().filter(({ given, before, after }) => {
    const key = JSON.stringify([given, before, after]);
    return !seen.has(key) && Boolean(seen.add(key));
  });
}

async function fixesOf({ name, platform, beside, open }: Subject): Promise<readonly Tried[]> {
  const workspace = await open({});
  const { given, pending: before } = sentBy(workspace, beside);
  const { tool } = workspace.databases[0]!.facts;
  const fixes = workspace.files.filter((file) => file.endsWith(".sql")).flatMap((file) => workspace.findings(file).flatMap((finding) => workspace.fixes(finding).map((fix) => ({ finding, fix }))));
  return Promise.all(
    fixes.map(async ({ finding, fix }): Promise<Tried> => {
      const changed = changedBy(workspace, fix);
      const after = sentBy(await open(changed), { ...beside, ...changed }).pending;
      return { name: `${name}: ${finding.rule}: ${fix.title} (${fix.kind})`, tool, platform, finding, fix, given, before, after };
    }),
  );
}

function changedBy(workspace: Workspace, fix: Fix): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const edit of fix.edits) {
    const name = workspace.relative(edit.file);
    if (edit.kind === "create") files[name] = edit.text;
    else if (edit.file.endsWith(".sql")) files[name] ??= applyEdits(workspace.text(edit.file)!, fix.edits.flatMap((other) => (other.kind === "edit" && other.file === edit.file ? [other] : [])));
  }
  return files;
}

function sentBy(workspace: Workspace, beside: Readonly<Record<string, string>>): { readonly given: readonly Sent[]; readonly pending: readonly Sent[] } {
  const history = workspace.databases.flatMap((database) => database.versions);
  const sent = (files: readonly string[]): readonly Sent[] => [...new Set(files)].map((file) => ({ text: workspace.text(file)!, metadata: beside[`${parentFolder(workspace.relative(file))}/metadata.toml`] ?? "" }));
  const filesOf = (released: boolean): readonly string[] => history.filter((version) => version.released === released).flatMap(({ files }) => files.slice(0, 1));
  const inHistory = workspace.databases.flatMap(({ files }) => files);
  const singles = workspace.files.filter((file) => file.endsWith(".sql") && !inHistory.includes(file));
  return { given: sent(filesOf(true)), pending: sent([...filesOf(false), ...singles]) };
}
