// A project in memory whose schema is code, and its fixes.

import { applyEdits } from "../../server/src/text/edit";
import type { Finding, Fix } from "../../server/src/lint/finding";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { Workspace, type OpenOptions } from "../../server/src/project/workspace";
import { rules } from "../../server/src/rules/index.generated";

export type Files = Readonly<Record<string, string>>;

const config = 'import { defineConfig } from "drizzle-kit";\nexport default defineConfig({ dialect: "postgresql", schema: "./schema.ts", out: "./drizzle" });\n';

export interface ProjectOptions {
  /** Of drizzle-orm. */
  readonly version?: string;
  readonly settings?: OpenOptions["settings"];
}

/** Paths relative to /repo; `drizzle.config.ts` and `package.json` are there. */
export async function openProject(files: Files, { version = "0.45.4", settings = {} }: ProjectOptions = {}): Promise<Workspace> {
  const all = { "drizzle.config.ts": config, "package.json": JSON.stringify({ dependencies: { "drizzle-orm": version } }), ...files };
  const fileSystem = memoryFileSystem(Object.fromEntries(Object.entries(all).map(([path, text]) => [`/repo/${path}`, text])));
  const workspace = await Workspace.open({ folder: "/repo", fileSystem, rules, trusted: false, settings });
  if (workspace.databases.length === 0) throw new Error("no database");
  return workspace;
}

export interface Found {
  readonly finding: Finding;
  readonly fixes: readonly Fix[];
}

export function findingsOf(workspace: Workspace): readonly Finding[] {
  return workspace.files.flatMap((file) => workspace.findings(file));
}

export const isOf = (rule: string, object?: string) => (finding: Finding): boolean => finding.rule === rule && (object === undefined || finding.object === object);

/** The files as a fix leaves them. */
export function fixed(files: Files, fix: Fix): Files {
  const result: Record<string, string> = { ...files };
  for (const edit of fix.edits) if (edit.kind === "create") result[edit.file.slice("/repo/".length)] = edit.text;
  for (const [path, text] of Object.entries(files)) {
    const edits = fix.edits.flatMap((edit) => (edit.kind === "edit" && edit.file === `/repo/${path}` ? [edit] : []));
    result[path] = applyEdits(text, edits);
  }
  return result;
}
