// All safe fixes of a project at once, as an editor applies them: over the corpus and the sample workspace.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import type { Finding, FixEdit } from "../../server/src/lint/finding";
import { fixAll } from "../../server/src/lint/fixAll";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { Workspace } from "../../server/src/project/workspace";
import { rules } from "../../server/src/rules/index.generated";
import { applyEdits } from "../../server/src/text/edit";
import { readCorpus } from "../corpus/cases";

type Files = Readonly<Record<string, string>>;

const root = "/project";
const sample = join(import.meta.dirname, "../workspaces/saas");
const rounds = 20;

const open = (files: Files): Promise<Workspace> => Workspace.open({ folder: root, fileSystem: memoryFileSystem(files), rules, trusted: false, now: () => new Date("2026-03-01T00:00:00Z") });

const findingsOf = (workspace: Workspace): readonly Finding[] => workspace.files.flatMap((file) => workspace.findings(file));

function applied(files: Files, edits: readonly FixEdit[]): Files {
  const result = { ...files };
  for (const edit of edits) {
    if (edit.kind === "create") {
      expect(result).not.toHaveProperty(edit.file);
      result[edit.file] = edit.text;
    }
  }
  for (const file of new Set(edits.flatMap((edit) => (edit.kind === "edit" ? [edit.file] : [])))) {
    // Throws where two of them overlap.
    result[file] = applyEdits(files[file]!, edits.flatMap((edit) => (edit.kind === "edit" && edit.file === file ? [edit] : [])));
  }
  return result;
}

function counts(findings: readonly Finding[]): ReadonlyMap<string, number> {
  const map = new Map<string, number>();
  for (const { rule, released } of findings) if (!released) map.set(rule, (map.get(rule) ?? 0) + 1);
  return map;
}

/** Applies all that is safe until nothing is: what a fix brings about, another one has to take away. */
async function mend(files: Files): Promise<void> {
  let now = files;
  let workspace = await open(now);
  const before = counts(findingsOf(workspace));
  for (let round = 0; ; round++) {
    const edits = fixAll(findingsOf(workspace), (finding) => workspace.fixes(finding), "safe");
    if (edits.length === 0) break;
    expect(round, "a fix does not clear its finding").toBeLessThan(rounds);
    now = applied(now, edits);
    workspace = await open(now);
    expect(workspace.faults).toEqual([]);
  }
  // What was written into code is generated next.
  const more = [...counts(findingsOf(workspace))].filter(([rule, count]) => rule !== "drizzle/drift" && count > (before.get(rule) ?? 0));
  const changed = Object.entries(now).flatMap(([name, text]) => (files[name] === text ? [] : [`${name}\n${text}`]));
  expect(more, changed.join("\n")).toEqual([]);
}

describe("all safe fixes at once", () => {
  const projects = readCorpus().map((each) => [`${each.source}: ${each.name}`, Object.fromEntries(Object.entries(each.files).map(([name, text]) => [`${root}/${name}`, text]))] as const);
  it.each(projects)("%s", async (_, files) => {
    await mend(files);
  });

  it("the sample workspace", async () => {
    const names = readdirSync(sample, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    await mend(Object.fromEntries(names.map((each) => join(each.parentPath, each.name)).map((path) => [`${root}/${relative(sample, path).replaceAll("\\", "/")}`, readFileSync(path, "utf8")])));
  });
});
