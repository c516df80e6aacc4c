import { bad, defineRule, good } from "../rule";

export default defineRule({
  id: "syntax/error",
  summary: "A statement that Postgres cannot read.",
  why:
    "The statement is read with Postgres's own grammar, of the version that the project is for, and the message is Postgres's own. A migration with such a statement fails when it runs, and what comes after it is not run; until it is repaired nothing is known of what it does, so nothing is said to be missing in the objects that it names.",
  whatToDo: "Correct the statement at the underlined place. Where it is right for a newer Postgres than the one that is configured, set postgresVersion.",
  whenNotToUse: "The file is a template whose placeholders are filled in before it runs and is not recognised as one: add it to ignore.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["postgres:sql-syntax", "squawk:syntax-error", "union:233"],
  examples: [
    bad(`CREATE TABLE notes (id bigint PRIMARY KEY, body text,);`, { title: "A comma too many", at: ")", message: 'Syntax error at or near ")".' }),
    bad(`ALTER TABEL notes ADD COLUMN body text;`, { title: "A misspelt word", at: "TABEL", message: 'Syntax error at or near "TABEL".' }),
    good(`CREATE TABLE notes (id bigint PRIMARY KEY, body text);`),
    good(
      `CREATE TABLE notes (id bigint PRIMARY KEY, body text, size integer GENERATED ALWAYS AS (length(body)) VIRTUAL);`,
      { title: "Right for the version that is configured", postgresVersion: 18 },
    ),
  ],
  on: "engine",
});
