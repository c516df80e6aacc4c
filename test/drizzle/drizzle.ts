// Projects with a Drizzle schema, in memory.

import { Workspace } from "../../server/src/project/workspace";
import { rules } from "../../server/src/rules/index.generated";
import { schemaSql } from "../../server/src/schema/print/sql";
import { inRepo, root, type Files } from "../project/project";

const config = `import { defineConfig } from "drizzle-kit";
export default defineConfig({ dialect: "postgresql", schema: "./schema.ts", out: "./drizzle" });
`;

/** With drizzle.config.ts and package.json, where the files bring none of their own. */
export function openDrizzle(files: Files, release = "0.45.4"): Promise<Workspace> {
  const manifest = JSON.stringify({ name: "app", dependencies: { "drizzle-orm": release } });
  return Workspace.open({ folder: root, fileSystem: inRepo({ "drizzle.config.ts": config, "package.json": manifest, ...files }), rules, trusted: false });
}

/** What the code declares, as one-line statements; the head of the script is left out. */
export async function declaredSql(files: Files, release?: string): Promise<readonly string[]> {
  const [database] = (await openDrizzle(files, release)).databases;
  return statementsOf(schemaSql(database!.declared()!));
}

const statementsOf = (sql: string): readonly string[] =>
  sql
    .split(/;\n/)
    .map((statement) => statement.replace(/^--.*$/gm, "").replace(/\s+/g, " ").trim())
    .filter((statement) => statement !== "" && !statement.startsWith("SET "));

/** Why tables are not known in full. */
export async function notKnown(files: Files): Promise<readonly string[]> {
  const [database] = (await openDrizzle(files)).databases;
  return database!.drizzle!.current.tables.flatMap(({ table, unknown }) => unknown.map(({ reason }) => `${table.name}: ${reason}`));
}

/** `file:line rule «the code»: message` of each finding in code. */
export async function findingsIn(files: Files, rule?: string): Promise<readonly string[]> {
  return said(await openDrizzle(files), rule);
}

export function said(workspace: Workspace, rule?: string): readonly string[] {
  return workspace.files
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) =>
      workspace.findings(file).flatMap((finding) => {
        if (rule !== undefined && finding.rule !== rule) return [];
        const start = finding.place.anchor.start + finding.place.range.start;
        const text = workspace.text(file)!.slice(start, start + finding.place.range.end - finding.place.range.start);
        return [`${workspace.relative(file)}:${workspace.lines(file)!.positionAt(start).line + 1} ${finding.rule} «${text}»: ${finding.message}`];
      }),
    );
}
