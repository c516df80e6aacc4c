// Notes that stay in what others see: whole sentences that name nothing of their owner.

const number = String.raw`[\d.,]+`;
const time = String.raw`(?:${number} (?:ms|s)|${number} min \d+ s)`;

/** What they are made by: triedWords; Run in database/explain.ts. */
const nameless = [
  /^The plan does not use it\.$/,
  new RegExp(String.raw`^The plan uses it: ${time} instead of ${time}\.$`),
  new RegExp(`^The plan uses it: a cost of ${number} instead of ${number}\\.$`),
  /^A generic plan: for any values of the parameters\.$/,
  /^Postgres shows no plan of REFRESH MATERIALIZED VIEW: this is that of the view's query\.$/,
  /^The (?:SELECT|INSERT|UPDATE|DELETE|MERGE|VALUES|EXECUTE|SELECT INTO|CREATE TABLE AS|CREATE MATERIALIZED VIEW) was run and rolled back\.$/,
  /^Of other statements that functions ran, \d+ runs are left out\.$/,
];

/** What was tried names its table: only that something was is left of it. */
const tried = /^With (this index|these indexes) tried: .*?((?: Hypothetical, by hypopg: planned, and not there\.| Made, and rolled back\.)?)$/s;

export function anonymousNotes(notes: readonly string[]): readonly string[] {
  return notes.flatMap((note) => {
    const [, what, how] = tried.exec(note) ?? [];
    if (what !== undefined) return [`With ${what === "this index" ? "an index" : "indexes"} tried.${how!}`];
    return nameless.some((words) => words.test(note)) ? [note] : [];
  });
}
