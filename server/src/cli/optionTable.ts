// The commands and their options: what is parsed, what an error says is allowed, and what --help prints, from one table.

import { severities } from "../rules/rule";
import { explainFormatNames } from "../report/explain";
import { formatNames } from "../report/formats";
import { ruleListFormats } from "../report/ruleList";

export interface OptionRow {
  readonly name: string;
  /** How the value is called; without it the option takes none. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly repeatable?: boolean;
  readonly summary: string;
}

export interface CommandRow {
  readonly name: string;
  /** How its arguments are called; null where it takes none. */
  readonly paths: string | null;
  readonly summary: string;
  readonly description: string;
  readonly options: readonly OptionRow[];
}

export const presets = ["recommended", "strict"] as const;
export const colourModes = ["auto", "always", "never"] as const;
export const schemaSources = ["sql", "drizzle", "all"] as const;
export const accessFormats = ["text", "json", "markdown"] as const;
export const schemaFormats = ["json", "sql"] as const;

/** Where it is said what has run, in the commands that judge. */
const connections: readonly OptionRow[] = [
  { name: "connect", summary: "Ask each database that plumbline.json names a urlEnv for what has run: those migrations are released. Only reads." },
  { name: "database-url-env", value: "NAME", summary: "Ask the database whose URL is in this environment variable for what has run." },
];

export const commandRows: readonly CommandRow[] = [
  {
    name: "check",
    paths: "[PATH...]",
    summary: "Replays the migrations and reports what is wrong.",
    description: "Without a PATH: the project around the current folder. A PATH limits what is reported, never what is replayed.",
    options: [
      { name: "config", value: "FILE", summary: "Use this plumbline.json instead of the nearest one." },
      { name: "format", value: "FORMAT", choices: formatNames, summary: "How to report (default: text)." },
      { name: "output-file", value: "FILE", summary: "Write the report to a file instead of standard output. Its folder must exist." },
      { name: "preset", value: "PRESET", choices: presets, summary: "Rules and severities to start from." },
      { name: "rule", value: "ID=SEVERITY", repeatable: true, summary: "A rule's severity, or off. May be given several times." },
      { name: "postgres-version", value: "N", summary: "The major version of Postgres that the migrations run on: 15 to 18. 13 and 14 are read as 15, newer ones as 18." },
      { name: "fail-on", value: "SEVERITY", choices: severities, summary: "The least severity that makes the exit status 1 (default: warning)." },
      { name: "all", summary: "Judge released migrations too, as information." },
      ...connections,
      { name: "no-baseline", summary: "Report accepted findings too." },
      { name: "since", value: "REF", summary: "Only what replaying this git revision does not give." },
      { name: "fix", summary: "Apply the safe fixes, then report what is left." },
      { name: "fix-review", summary: "Apply the fixes too that a person should look at." },
      { name: "fix-dry-run", summary: "Print what the fixes would change, as a unified diff, and change nothing." },
      { name: "stdin-filename", value: "FILE", summary: "Check standard input as this file's text." },
      { name: "color", value: "WHEN", choices: colourModes, summary: "Colours in the text format (default: auto)." },
      { name: "verbose", summary: "List information and hints too." },
    ],
  },
  {
    name: "baseline",
    paths: "[PATH...]",
    summary: "Accepts today's findings: check and the editor leave them out.",
    description: "They are written to .plumbline-baseline.json beside plumbline.json, or to the file that it names. With a PATH, what other files were accepted for stays.",
    options: [
      { name: "prune", summary: "Accept nothing new: only remove entries whose findings are gone." },
      { name: "output-file", value: "FILE", summary: "Write it to another file. Its folder must exist." },
      { name: "config", value: "FILE", summary: "Use this plumbline.json instead of the nearest one." },
      { name: "preset", value: "PRESET", choices: presets, summary: "Rules and severities to start from." },
      { name: "rule", value: "ID=SEVERITY", repeatable: true, summary: "A rule's severity, or off. May be given several times." },
      { name: "postgres-version", value: "N", summary: "The major version of Postgres that the migrations run on: 15 to 18. 13 and 14 are read as 15, newer ones as 18." },
      ...connections,
    ],
  },
  {
    name: "schema",
    paths: "[PATH...]",
    summary: "Prints the schema that the migrations build.",
    description: "A PATH limits it to the databases that hold it.",
    options: [
      { name: "source", value: "SOURCE", choices: schemaSources, summary: "Replayed from SQL, read from Drizzle, or both (default: sql)." },
      { name: "at", value: "VERSION", summary: "As it is after this migration (default: after the last one)." },
      { name: "format", value: "FORMAT", choices: schemaFormats, summary: "How to print it (default: json)." },
    ],
  },
  {
    name: "access",
    paths: "[PATH...]",
    summary: "Prints who may do what with which rows, as the migrations leave it.",
    description: "Table by table, role by role: no rows, its own, or all, by privileges and policies. A PATH limits it to the databases that hold it.",
    options: [
      { name: "table", value: "TABLE", summary: "This table or view alone." },
      { name: "try-index", value: "SQL", repeatable: true, summary: "Show the plan as if this CREATE INDEX had been run, beside the one without: made and rolled back in the embedded Postgres, hypothetical on a server that has hypopg." },
      { name: "local", summary: "Nobody else works on this server: with --run-and-roll-back, --try-index makes the index there and rolls it back." },
      { name: "role", value: "ROLE", summary: "This role alone: public is every other role, owner the one that runs the migrations." },
      { name: "format", value: "FORMAT", choices: accessFormats, summary: "How to print it (default: text)." },
      { name: "config", value: "FILE", summary: "Use this plumbline.json instead of the nearest one." },
    ],
  },
  {
    name: "explain",
    paths: "FILE|-",
    summary: "Shows the plan of a statement, and what is slow in it.",
    description: "FILE holds it; - reads standard input. It is planned and not run, unless --analyze says so; whatever is run is rolled back. Without a server it is planned on the project's own schema, in an embedded Postgres.",
    options: [
      { name: "url", value: "URL", summary: "The server, as libpq takes it: postgres://..., or keyword=value pairs. Others on this machine may see it: --url-env is better where it holds a password." },
      { name: "url-env", value: "NAME", summary: "The server whose URL is in this environment variable." },
      { name: "rows", value: "N|TABLE=N", repeatable: true, summary: "Without a server: make up this many rows for each table, or for one, by its types, keys and checks. May be given several times." },
      { name: "seed", value: "FILE", summary: "Without a server: run this SQL behind the schema, for rows of your own: what pg_dump --data-only writes, for one." },
      { name: "plan", value: "FILE", summary: "Read a plan that was saved, instead of making one; - reads standard input." },
      { name: "statement", value: "N", summary: "Which of the file's statements, counted from 1 among those that EXPLAIN takes." },
      { name: "analyze", summary: "Run the statement, and show what it took." },
      { name: "nested", summary: "With --analyze: show what functions and triggers run meanwhile, with the slowest plan of each statement. On a server that takes a superuser." },
      { name: "run-and-roll-back", summary: "With --analyze: run it even if it writes, or calls volatile functions. It is rolled back; what that does not undo is said without this option." },
      { name: "param", value: "NAME=VALUE", repeatable: true, summary: "The value of $1, :name or ${name}; NAME alone is NULL. May be given several times." },
      { name: "generic", summary: "A plan for any values of the parameters." },
      { name: "try-index", value: "SQL", repeatable: true, summary: "Show the plan as if this CREATE INDEX had been run, beside the one without: made and rolled back in the embedded Postgres, hypothetical on a server that has hypopg." },
      { name: "local", summary: "Nobody else works on this server: with --run-and-roll-back, --try-index makes the index there and rolls it back." },
      { name: "role", value: "ROLE", summary: "Become this role first, to see the plan that its policies give." },
      { name: "set", value: "NAME=VALUE", repeatable: true, summary: "Set this first: app.tenant_id=7. May be given several times." },
      { name: "timeout", value: "SECONDS", summary: "How long the statement may take (default: 30)." },
      { name: "format", value: "FORMAT", choices: explainFormatNames, summary: "How to print it (default: text)." },
      { name: "anonymize", summary: "For others to see: replace the names of tables, columns and all else, strings, numbers and dates, the query's too. Times and counts stay." },
      { name: "color", value: "WHEN", choices: colourModes, summary: "Colours in the text format (default: auto)." },
    ],
  },
  {
    name: "rules",
    paths: null,
    summary: "Lists every rule.",
    description: "Each with its severity in the presets, its fix, its sources and its page.",
    options: [{ name: "format", value: "FORMAT", choices: ruleListFormats, summary: "How to list them (default: text)." }],
  },
];
