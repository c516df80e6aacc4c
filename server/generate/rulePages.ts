// A page a rule, and the table of all of them. What a page says stands in the rule's own file.

import { concepts } from "./concepts";
import { exampleOf, lintAlone } from "./lintExample";
import { lockTable, statementCell } from "./lockTable";
import { toolTitle, toolWays, withoutComments, type ToolWay } from "./toolWays";
import type { Example, Rule } from "../src/rules/rule";
import { enumerate } from "../src/rules/wording";

export async function rulePage(rule: Rule): Promise<string> {
  const locks = await lockTable(rule);
  const lines = [
    `# ${rule.id}`,
    "",
    rule.summary,
    "",
    `| | |`,
    `|---|---|`,
    `| Severity | ${rule.severity.recommended} in \`recommended\`, ${rule.severity.strict} in \`strict\` |`,
    `| Fix | ${fixWords(rule.fix)} |`,
    ...(rule.growsWithRows === true ? ["| Size | one step milder on a table that [plumbline.json](../../configuration.md#table-sizes) says is small |"] : []),
    ...(rule.aliases && rule.aliases.length > 0 ? [`| Also known as | ${rule.aliases.map((alias) => `\`${alias}\``).join(", ")} |`] : []),
    "",
    "## What happens",
    "",
    rule.why,
    "",
    ...(locks === null ? [] : [...locks, "[Locks](../../locks.md) has every form of DDL.", ""]),
    "## What to do",
    "",
    steps(rule.whatToDo),
    "",
    ...(await toolLines(rule)),
    "## Examples",
    "",
    ...(await Promise.all(rule.examples.map((each) => exampleLines(rule, each)))).flat(),
    ...optionLines(rule),
    "## When not to use it",
    "",
    rule.whenNotToUse,
    "",
    isAboutCode(rule) ? "To accept one finding, write above the declaration or the statement:" : "To accept one finding, write above the statement:",
    "",
    isAboutCode(rule) ? "```ts" : "```sql",
    `${isAboutCode(rule) ? "//" : "--"} plumbline-ignore ${rule.id}: the reason`,
    "```",
    "",
    ...proofLines(rule),
    "## Sources",
    "",
    ...sourceLines(rule),
    "",
  ];
  return lines.join("\n");
}

const isAboutCode = ({ on }: Rule): boolean => on === "declaration" || on === "module";

async function exampleLines(rule: Rule, written: Example): Promise<string[]> {
  const shown = exampleOf(rule, written);
  const language = shown.language === "drizzle" ? "ts" : "sql";
  const message = shown.message ?? (shown.kind === "bad" ? (await lintAlone(rule, shown)).finding?.message : undefined);
  const title = shown.title ?? (shown.kind === "bad" ? "Found" : "Not found");
  const lines = [`### ${title}`, ""];
  if (shown.tool) lines.push(`Migration tool: ${shown.tool}.`, "");
  if (shown.postgresVersion) lines.push(`Postgres ${shown.postgresVersion}.`, "");
  if (shown.given) lines.push("Already in the database:", "", ...code(shown.given), "");
  if (shown.drizzleVersion) lines.push(`drizzle-orm ${shown.drizzleVersion}.`, "");
  if (shown.given && language === "sql") lines.push("The migration:", "");
  if (shown.beside) for (const [file, text] of Object.entries(shown.beside)) lines.push(`\`${file}\`:`, "", file.endsWith(".ts") ? "```ts" : "```", text.trimEnd(), "```", "");
  if (!shown.beside || shown.sql.trim() !== "") lines.push(...(language === "ts" && (shown.file ?? shown.given) !== undefined ? [`\`${shown.file ?? "schema.ts"}\`:`, ""] : []), ...code(shown.sql, language), "");
  if (message !== undefined) lines.push(`> ${message}`, "");
  if (shown.fixed !== undefined) lines.push("After the fix:", "", ...code(shown.fixed, language), "");
  for (const [file, text] of Object.entries(shown.creates ?? {})) lines.push(`And in \`${file}\`:`, "", ...code(text), "");
  return lines;
}

/** The safe way with each tool, where that depends on the tool. */
async function toolLines(rule: Rule): Promise<readonly string[]> {
  const found = await toolWays(rule);
  if (found === null) return [];
  const { example, ways, silent } = found;
  const which = example === rule.examples[0] ? "the first example" : `the example “${example.title ?? "Found"}”`;
  return [
    "## In your migration tool",
    "",
    `What Plumbline says of ${which} with each tool, and what its fix writes:`,
    "",
    ...ways.flatMap((way, i) => toolWay(way, ways.slice(0, i))),
    ...(silent.length > 0 ? [`With ${enumerate(silent.map(toolTitle))} nothing is found.`, ""] : []),
  ];
}

function toolWay({ tools, said, files, newFiles }: ToolWay, before: readonly ToolWay[]): string[] {
  const title = enumerate(tools.map(toolTitle)).replace(/^a /, "A ");
  const lines = [`**${title}.**${said === "" ? "" : ` ${said}`}`, ""];
  const shown = before.flatMap((way) => way.files.map(({ text }) => withoutComments(text))).filter((text) => text.split("\n").length > 4);
  for (const { name, text } of files) {
    const short = shown.reduce((rest, body) => rest.replace(body, "-- the same as above"), text);
    lines.push(`\`${name}\`:`, "", `\`\`\`${/\.(\w+)$/.exec(name)![1]!}`, short.trim(), "```", "");
  }
  if (newFiles.length > 0) lines.push(`The new file's name with the other tools: ${newFiles.map(({ tool, name }) => `${toolTitle(tool)} \`${name}\``).join(", ")}.`, "");
  return lines;
}

const code = (text: string, language: "sql" | "ts" = "sql"): string[] => [`\`\`\`${language}`, text.trimEnd(), "```"];

function optionLines(rule: Rule): string[] {
  const options = Object.entries(rule.options ?? {});
  if (options.length === 0) return [];
  return ["## Options", "", "| option | default | |", "|---|---|---|", ...options.map(([name, option]) => `| \`${name}\` | \`${JSON.stringify(option.default)}\` | ${option.description} |`), ""];
}

/** What was shown on real servers, as a table. */
function proofLines(rule: Rule): string[] {
  if (!rule.proof || rule.proof.length === 0) return [];
  return [
    "## Shown on real servers",
    "",
    "Each row is run by the tests on the versions that it names.",
    "",
    "| statement | Postgres | locks | rewrites | reads in full | fails |",
    "|---|---|---|---|---|---|",
    ...rule.proof.map((proof) => {
      const locks = Object.entries(proof.locks ?? {}).map(([relation, mode]) => `${relation}: ${lockWords(mode)}`);
      const cells = [
        statementCell(proof.statement),
        (proof.versions ?? [15, 16, 17, 18]).join(", "),
        locks.join("<br>"),
        listWords(proof.rewrites),
        listWords(proof.scans),
        proof.fails ?? "",
      ];
      return `| ${cells.join(" | ")} |`;
    }),
    "",
  ];
}

const listWords = (names: readonly string[] | undefined): string => (names === undefined ? "" : names.length === 0 ? "none" : names.join(", "));

/** `ShareRowExclusiveLock` as the manual writes it: SHARE ROW EXCLUSIVE. */
function lockWords(mode: string): string {
  return mode
    .replace(/Lock$/, "")
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toUpperCase();
}

function fixWords(fix: Rule["fix"]): string {
  if (fix === "safe") return "yes, safe: the meaning stays";
  return fix === "review" ? "yes, to be reviewed" : "none";
}

function sourceLines({ sources }: Rule): string[] {
  const manual = sources.flatMap((source) => /^postgres:(.+)$/.exec(source)?.[1] ?? []);
  const rows = sources.flatMap((source) => /^union:(\d+)$/.exec(source)?.[1] ?? []);
  const peers = sources.filter((source) => !source.startsWith("postgres:") && !source.startsWith("union:"));
  const [first] = concepts.filter(({ row }) => rows.includes(String(row)));
  return [
    ...manual.map((page) => `- [Postgres: ${page}](https://www.postgresql.org/docs/current/${page}.html)`),
    ...(peers.length > 0 ? [`- Rules of other linters: ${peers.map((peer) => `\`${peer}\``).join(", ")}`] : []),
    ...(first ? [`- [Beside the other linters](../README.md#${anchor(first.group)}): ${rows.length > 1 ? "rows" : "row"} ${enumerate(rows)}`] : []),
  ];
}

const anchor = (heading: string): string => heading.toLowerCase().replaceAll(/[^a-z0-9 -]/g, "").replaceAll(" ", "-");

/** Numbered steps as a list. */
function steps(text: string): string {
  return text.startsWith("1. ") ? text.replaceAll(/ (?=[2-9]\. [A-Z])/g, "\n") : text;
}

/** @param plans the findings in plans, as a section of their own */
export function rulesTable(rules: readonly Rule[], plans: string): string {
  return [
    "# Rules",
    "",
    "| rule | what it finds | recommended | strict | fix |",
    "|---|---|---|---|---|",
    ...[...rules].sort((a, b) => (a.id < b.id ? -1 : 1)).map((rule) => `| [${rule.id}](${rule.id}.md) | ${rule.summary} | ${rule.severity.recommended} | ${rule.severity.strict} | ${rule.fix ?? ""} |`),
    "",
    plans,
    "## Beside the other linters",
    "",
    "The concepts that the linters of the field have rules for, one a row: our rule, who else has one, and the fix; or why there is none. Each rule's page names the peers' own rules.",
    "",
    ...conceptTables(rules),
  ].join("\n");
}

function conceptTables(rules: readonly Rule[]): string[] {
  const answers = (row: number): readonly Rule[] => rules.filter((rule) => rule.sources.includes(`union:${row}`));
  return [...new Set(concepts.map(({ group }) => group))].flatMap((group) => {
    const rows = concepts.filter((each) => each.group === group).map((each) => ({ ...each, rules: answers(each.row) }));
    const shown = rows.filter((each) => each.rules.length > 0 || each.leftOut !== undefined);
    if (shown.length === 0) return [];
    return [
      `### ${group}`,
      "",
      "| | concept | here | fix | elsewhere |",
      "|---|---|---|---|---|",
      ...shown.map(({ row, concept, rules: own, peers, leftOut }) => {
        const here = leftOut === undefined ? own.map((rule) => `[${rule.id}](${rule.id}.md)`).join("<br>") : `left out: ${leftOut}`;
        const fixes = [...new Set(own.map((rule) => rule.fix ?? "none"))].join(", ");
        return `| ${row} | ${concept.replaceAll("|", "\\|")} | ${here} | ${leftOut === undefined ? fixes : ""} | ${peers.join(", ")} |`;
      }),
      "",
    ];
  });
}
