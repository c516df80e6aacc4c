import { describe, expect, test } from "vitest";
import { checkArguments, type CheckArguments } from "../../server/src/cli/checkArguments";
import { rules } from "../report/results";

const defaults: CheckArguments = {
  paths: [],
  config: null,
  format: "text",
  outputFile: null,
  preset: null,
  rules: {},
  postgresVersion: null,
  failOn: "warning",
  all: false,
  connect: false,
  databaseUrlEnv: null,
  baseline: true,
  since: null,
  fix: null,
  dryRun: false,
  stdinFilename: null,
  colour: "auto",
  verbose: false,
};

const read = (line: string): CheckArguments | null => checkArguments(line === "" ? [] : line.split(" "), rules);

describe("arguments of check", () => {
  test.each<[string, Partial<CheckArguments>]>([
    ["", {}],
    ["a.sql db", { paths: ["a.sql", "db"] }],
    ["db --verbose a.sql", { paths: ["db", "a.sql"], verbose: true }],
    ["-- --fix", { paths: ["--fix"] }],
    ["--config c.json", { config: "c.json" }],
    ["--format sarif --output-file out.sarif", { format: "sarif", outputFile: "out.sarif" }],
    ["--format=gitlab", { format: "gitlab" }],
    ["--format json --format junit", { format: "junit" }],
    ["--preset strict", { preset: "strict" }],
    ["--rule index/unindexed-foreign-key=error", { rules: { "index/unindexed-foreign-key": "error" } }],
    ["--rule index/missing-fk-index=off --rule schema/serial-column=hint", { rules: { "index/unindexed-foreign-key": "off", "schema/serial-column": "hint" } }],
    ["--postgres-version 16", { postgresVersion: 16 }],
    ["--postgres-version 13", { postgresVersion: 13 }],
    ["--postgres-version 21", { postgresVersion: 21 }],
    ["--fail-on error", { failOn: "error" }],
    ["--fail-on hint", { failOn: "hint" }],
    ["--all", { all: true }],
    ["--since origin/main", { since: "origin/main" }],
    ["--fix", { fix: "safe" }],
    ["--fix --fix-review", { fix: "review" }],
    ["--fix-review", { fix: "review" }],
    ["--fix-dry-run", { fix: "safe", dryRun: true }],
    ["--fix-dry-run --fix-review", { fix: "review", dryRun: true }],
    ["--stdin-filename a.sql", { stdinFilename: "a.sql" }],
    ["--stdin-filename a.sql --fix-dry-run", { stdinFilename: "a.sql", fix: "safe", dryRun: true }],
    ["--color never", { colour: "never" }],
    ["--output-file=-odd.json", { outputFile: "-odd.json" }],
  ])("%s", (line, expected) => {
    expect(read(line)).toEqual({ ...defaults, ...expected });
  });

  test.each(["--help", "-h", "a.sql --fix --help"])("%s asks for help", (line) => {
    expect(read(line)).toBeNull();
  });

  test.each([
    ["--fromat json", "unknown option --fromat; did you mean --format?"],
    ["-x", "unknown option -x"],
    ["--colour=always", "did you mean --color?"],
    ["--format", "--format needs one of text, json, sarif, github, gitlab, junit"],
    ["--format --fix", "--format needs one of text, json"],
    ["--format=", "--format needs one of text, json"],
    ["--format xml", '--format must be one of text, json, sarif, github, gitlab, junit, not "xml"'],
    ["--format JSON", "did you mean json?"],
    ["--preset all", '--preset must be one of recommended, strict, not "all"'],
    ["--fail-on never", '--fail-on must be one of error, warning, info, hint, not "never"'],
    ["--color sometimes", "--color must be one of auto, always, never"],
    ["--fix=yes", '--fix takes no value, but "yes" was given'],
    ["--config", "--config needs a value: --config FILE"],
    ["--rule", "--rule needs a value: --rule ID=SEVERITY"],
    ["--rule index/unindexed-foreign-key", "--rule must be ID=SEVERITY, where SEVERITY is one of error, warning, info, hint, off"],
    ["--rule =error", "--rule must be ID=SEVERITY"],
    ["--rule index/unindexed-foreign-key=fatal", '--rule index/unindexed-foreign-key must be one of error, warning, info, hint, off, not "fatal"'],
    ["--rule index/unindexed-foreign-keys=error", 'there is no rule "index/unindexed-foreign-keys"; did you mean index/unindexed-foreign-key?'],
    ["--postgres-version 9.6", '--postgres-version must be a major version, 13 or above (16, say), not "9.6"'],
    ["--postgres-version 12", "13 or above"],
    ["--postgres-version new", "13 or above"],
    ["--since=--output=x", "--since must be a git revision"],
    ["--stdin-filename a.sql b.sql", "--stdin-filename checks standard input alone"],
    ["--stdin-filename a.sql --fix", "--fix-dry-run prints what would change"],
  ])("%s is wrong usage, and it says what is right", (line, message) => {
    expect(() => read(line)).toThrow(expect.objectContaining({ name: "UsageError", message: expect.stringContaining(message) as string }) as Error);
  });
});
