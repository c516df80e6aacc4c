// Reads the corpus: annotated .sql files (README.md) and folders of whole histories.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { ToolId } from "../../server/src/schema/history";
import { layouts } from "../../server/generate/lintExample";

export const corpusFolder = import.meta.dirname;

/** Something that must, or may, be said. */
export interface Label {
  readonly kind: "expect" | "allow";
  /** One of them. */
  readonly rules: readonly string[];
  /** Null: anywhere (`allow` alone). */
  readonly at: { readonly text: string; readonly occurrence: number; readonly file: string } | null;
  /** Where the label itself stands, for reports. */
  readonly line: number;
}

export interface Case {
  readonly name: string;
  /** Below test/corpus. */
  readonly source: string;
  readonly line: number;
  readonly sort: "hazard" | "hygiene" | "clean" | "history";
  readonly truth: string;
  /** Why the tool is wrong here, where that is known. */
  readonly known: string;
  readonly preset: "recommended" | "strict";
  readonly tool: ToolId;
  readonly postgresVersion: number;
  /** The SQLSTATE with which the pending migration fails; null: it runs. */
  readonly fails: string | null;
  readonly labels: readonly Label[];
  /** The project, plumbline.json included, by names below its root. */
  readonly files: Readonly<Record<string, string>>;
  /** The pending migration, which labels mean unless they name another file. */
  readonly migration: string;
  /** The released one; null where the case lays out its files itself. */
  readonly given: string | null;
  /** For each file of the project, the line of the corpus's own file before its first one. */
  readonly lines: Readonly<Record<string, number>>;
}

const sorts = { hazards: "hazard", hygiene: "hygiene", clean: "clean" } as const;

export function readCorpus(): readonly Case[] {
  return [...Object.entries(sorts).flatMap(([folder, sort]) => sqlFiles(join(corpusFolder, folder)).flatMap((file) => readCases(file, sort))), ...readHistories()];
}

function sqlFiles(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true }).map((name) => String(name));
  return names.filter((name) => name.endsWith(".sql")).sort().map((name) => join(folder, name));
}

interface Draft {
  name: string;
  line: number;
  settings: Record<string, string>;
  sections: { name: string; line: number; text: string[] }[];
  labels: { kind: "expect" | "allow"; text: string; line: number }[];
}

const settingNames = new Set(["tool", "postgres", "preset", "truth", "known", "fails", "rules", "include", "after"]);

function readCases(file: string, sort: Case["sort"]): readonly Case[] {
  const source = relative(corpusFolder, file).replaceAll("\\", "/");
  const common = emptyDraft("", 0);
  const drafts: Draft[] = [];
  let draft = common;
  for (const [i, text] of readFileSync(file, "utf8").split("\n").entries()) {
    const directive = /^--- ([a-z]+)(?:: *(.*))?$/.exec(text);
    if (!directive) {
      if (text.startsWith("--- ")) throw new Error(`${source}:${i + 1}: not a directive: ${text}`);
      draft.sections.at(-1)?.text.push(text);
      continue;
    }
    const name = directive[1]!;
    const value = directive[2]?.trim() ?? "";
    if (name === "case") drafts.push((draft = emptyDraft(value, i + 1)));
    else if (name === "expect" || name === "allow") draft.labels.push({ kind: name, text: value, line: i + 1 });
    else if (name === "given" || name === "migration") draft.sections.push({ name, line: i + 1, text: [] });
    else if (name === "file") draft.sections.push({ name: `file ${value}`, line: i + 1, text: [] });
    else if (settingNames.has(name)) draft.settings[name] = draft.settings[name] === undefined ? value : `${draft.settings[name]} ${value}`;
    else throw new Error(`${source}:${i + 1}: unknown directive ${name}`);
  }
  return drafts.map((each) => caseOf(each, common, source, sort));
}

function emptyDraft(name: string, line: number): Draft {
  return { name, line, settings: {}, sections: [], labels: [] };
}

function caseOf(draft: Draft, common: Draft, source: string, sort: Case["sort"]): Case {
  const settings = { ...common.settings, ...draft.settings };
  const sections = new Map([...common.sections, ...draft.sections].map((section) => [section.name, section]));
  const tool = (settings.tool ?? "plain") as ToolId;
  const postgresVersion = Number(settings.postgres ?? 17);
  const layout = layouts[tool];
  const ownLayout = !sections.has("migration");
  const files: Record<string, string> = {};
  const lines: Record<string, number> = {};
  const put = (name: string, section: string): void => {
    const found = sections.get(section);
    if (!found) return;
    files[name] = `${found.text.join("\n").trimEnd()}\n`;
    lines[name] = found.line;
  };
  if (!ownLayout) {
    Object.assign(files, layout.beside);
    // A second file, so that a history is recognised whether something is given or not.
    files[layout.given] = "-- nothing yet\n";
    put(layout.given, "given");
    put(layout.example, "migration");
  }
  for (const name of sections.keys()) if (name.startsWith("file ")) put(name.slice("file ".length), name);
  const preset = settings.preset === "strict" ? "strict" : "recommended";
  const after = settings.after ?? (ownLayout ? undefined : layout.after);
  files["plumbline.json"] = JSON.stringify({
    preset,
    ...(settings.rules === undefined ? {} : { rules: JSON.parse(settings.rules) as unknown }),
    databases: [
      {
        name: "main",
        migrations: { include: settings.include?.split(/\s+/) ?? [layout.include], ...(after === undefined ? {} : { after }) },
        postgresVersion,
      },
    ],
  });
  const migration = ownLayout ? "" : layout.example;
  const labels = [...common.labels, ...draft.labels].flatMap((label) => readLabel(label, migration, source));
  return { name: draft.name, source, line: draft.line, sort, truth: settings.truth ?? "", known: settings.known ?? "", preset, tool, postgresVersion, fails: settings.fails ?? null, labels, files, migration, given: ownLayout ? null : layout.given, lines };
}

function readLabel(label: Draft["labels"][number], migration: string, source: string): readonly Label[] {
  const parts = /^(\S+)(?: at "(.+)"(?: #(\d+))?(?: x(\d+))?(?: in (\S+))?)?$/.exec(label.text);
  if (!parts) throw new Error(`${source}:${label.line}: cannot read ${label.text}`);
  const [, ids, text, occurrence, times, file] = parts;
  const rules = ids!.split("|");
  if (text === undefined) return [{ kind: label.kind, rules, at: null, line: label.line }];
  const first = Number(occurrence ?? 1);
  return Array.from({ length: Number(times ?? 1) }, (_, i) => ({ kind: label.kind, rules, at: { text: text.replaceAll("\\n", "\n"), occurrence: first + i, file: file ?? migration }, line: label.line }));
}

/** Each folder, `<tool>-<name>`, is a project; its plumbline.json says which migrations are released. */
function readHistories(): readonly Case[] {
  const folder = join(corpusFolder, "histories");
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry): Case => {
      const root = join(folder, entry.name);
      const names = readdirSync(root, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
      const files = Object.fromEntries(
        names.map((each) => {
          const path = join(each.parentPath, each.name);
          return [relative(root, path).replaceAll("\\", "/"), readFileSync(path, "utf8")];
        }),
      );
      return { name: entry.name, source: `histories/${entry.name}`, line: 1, sort: "history", truth: "", known: "", preset: "recommended", tool: toolOf(entry.name), postgresVersion: 17, fails: null, labels: [], files, migration: "", given: null, lines: {} };
    });
}

function toolOf(folder: string): ToolId {
  const tool = (Object.keys(layouts) as ToolId[]).find((id) => folder.startsWith(`${id}-`));
  if (!tool) throw new Error(`histories/${folder}: no tool's name`);
  return tool;
}
