// What flyway.conf, flyway.toml and Spring Boot's application files say of Flyway's migrations. Read as text: a few keys
// count, and placeholders that only the running program fills in are passed over.

import { isInside, joinPath, parentFolder } from "../paths";
import type { ProjectTree } from "../projectTree";

export interface FlywaySettings {
  readonly prefix: string;
  readonly undoPrefix: string;
  readonly repeatablePrefix: string;
  readonly separator: string;
  readonly suffix: string;
  /** All pending migrations in one transaction. */
  readonly grouped: boolean;
  readonly outOfOrder: boolean;
  /** Folders that are there, each read with all below it; empty: where Flyway looks by default. */
  readonly locations: readonly string[];
}

export const defaultSettings: FlywaySettings = { prefix: "V", undoPrefix: "U", repeatablePrefix: "R", separator: "__", suffix: ".sql", grouped: false, outOfOrder: false, locations: [] };

const own = /^flyway\.(?:conf|toml)$/;
const spring = /^application\.(?:properties|ya?ml)$/;

/** Of each configuration that names locations. One for tests adds its data to another's migrations, and makes no history. */
export async function locatedSettings(tree: ProjectTree): Promise<readonly FlywaySettings[]> {
  const files = tree.markersNamed((name) => own.test(name) || spring.test(name)).filter((file) => !/\/test\//.test(file));
  const all = await Promise.all(files.map((file) => settingsIn(tree, file)));
  return all.filter((settings) => settings !== null).filter(({ locations }) => locations.length > 0);
}

/** What holds for a folder of migrations: the configuration that names it, else the nearest one above. */
export async function settingsOf(tree: ProjectTree, folder: string): Promise<FlywaySettings> {
  const located = (await locatedSettings(tree)).find(({ locations }) => locations.includes(folder));
  if (located !== undefined) return located;
  for (const pattern of [own, spring]) {
    for (const file of tree.upward(folder, (name) => pattern.test(name))) {
      const settings = await settingsIn(tree, file);
      if (settings !== null) return settings;
    }
  }
  return defaultSettings;
}

/** Null where the file says nothing of Flyway. */
async function settingsIn(tree: ProjectTree, file: string): Promise<FlywaySettings | null> {
  const text = (await tree.read(file)) ?? "";
  const entries = file.endsWith(".toml") ? tomlEntries(text) : /\.ya?ml$/.test(file) ? yamlEntries(text) : propertyEntries(text);
  if (entries.length === 0) return null;
  const values = new Map(entries.flatMap(([key, value]) => (value.includes("${") ? [] : [[key.toLowerCase().replace(/[-_.]/g, ""), value]])));
  const textOf = (key: string, fallback: string): string => values.get(key) ?? fallback;
  const isTrue = (key: string): boolean => values.get(key)?.toLowerCase() === "true";
  const suffixes = listOf(values.get("sqlmigrationsuffixes") ?? values.get("sqlmigrationsuffix") ?? "");
  return {
    prefix: textOf("sqlmigrationprefix", defaultSettings.prefix),
    undoPrefix: textOf("undosqlmigrationprefix", defaultSettings.undoPrefix),
    repeatablePrefix: textOf("repeatablesqlmigrationprefix", defaultSettings.repeatablePrefix),
    separator: textOf("sqlmigrationseparator", defaultSettings.separator),
    suffix: suffixes.find((suffix) => suffix.endsWith(".sql")) ?? defaultSettings.suffix,
    grouped: isTrue("group"),
    outOfOrder: isTrue("outoforder"),
    locations: [...new Set(listOf(values.get("locations") ?? "").flatMap((location) => foldersAt(tree, file, location)))],
  };
}

type Entries = readonly (readonly [string, string])[];

function propertyEntries(text: string): Entries {
  return [...text.matchAll(/^[ \t]*(?:spring\.)?flyway\.([\w.-]+)[ \t]*[=:][ \t]*(.*?)[ \t]*$/gm)].map((match) => [match[1]!, match[2]!]);
}

/** Of the table [flyway], or with `flyway.` before the key. */
function tomlEntries(text: string): Entries {
  const entry = /^[ \t]*(flyway\.)?([\w.-]+)[ \t]*=[ \t]*(\[[^\]]*\]|"[^"\n]*"|'[^'\n]*'|[^\s#]+)/gm;
  return text.split(/^(?=[ \t]*\[[\w.]+\])/m).flatMap((part) => {
    const inTable = /^[ \t]*\[flyway\]/.test(part);
    return [...part.matchAll(entry)].flatMap((match) => (inTable || match[1] !== undefined ? [[match[2]!, unquoted(match[3]!)] as const] : []));
  });
}

/** The lines below `flyway:` that stand deeper than it; a list becomes one value with commas. */
function yamlEntries(text: string): Entries {
  const entries: [string, string][] = [];
  let depth: number | null = null;
  for (const line of text.split(/\r?\n/)) {
    const indent = /^ */.exec(line)![0].length;
    if (/^ *(?:#|$)/.test(line)) continue;
    if (depth !== null && indent <= depth) depth = null;
    if (/^ *flyway:\s*$/.test(line)) depth = indent;
    else if (depth !== null) {
      const item = /^ *- +(.*?) *$/.exec(line)?.[1];
      const pair = /^ *([\w-]+): *(.*?) *$/.exec(line);
      const last = entries.at(-1);
      if (item !== undefined && last !== undefined) last[1] = last[1] === "" ? unquoted(item) : `${last[1]},${unquoted(item)}`;
      else if (pair !== null) entries.push([pair[1]!, unquoted(pair[2]!)]);
    }
  }
  return entries;
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, "$2");
}

function listOf(text: string): readonly string[] {
  const inner = text.replace(/^\[(.*)\]$/s, "$1");
  return inner.split(",").map((item) => unquoted(item.trim())).filter((item) => item !== ""); // prettier-ignore
}

/** The folders that a location means: below the configuration's own folder, else anywhere, since a build may move what it names. */
function foldersAt(tree: ProjectTree, file: string, location: string): readonly string[] {
  const [, scheme = "classpath", path = ""] = /^(?:([a-z0-9]+):)?(.*)$/.exec(location.replaceAll("{vendor}", "postgresql")) ?? [];
  if (scheme !== "classpath" && scheme !== "filesystem") return [];
  const plain = path.replace(/\/?\*.*$/, "").replace(/^\.?\/+|\/+$/g, "");
  const exact = joinPath(parentFolder(file), plain);
  const folders = [...tree.whole.sqlFolders.keys()];
  if (folders.some((folder) => folder === exact || isInside(exact, folder))) return [exact];
  if (plain === "") return [];
  const found = folders.flatMap((folder) => {
    const at = `${folder}/`.indexOf(`/${plain}/`);
    return at < 0 ? [] : [folder.slice(0, at + plain.length + 1)];
  });
  const near = found.filter((folder) => isInside(parentFolder(file), folder));
  return near.length > 0 ? near : found;
}
