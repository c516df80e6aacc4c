// What takes a new migration back, as far as its own text tells for certain.

const name = String.raw`(?:"(?:[^"]|"")+"|[\w$]+)`;
const relation = String.raw`(?:(${name})\s*\.\s*)?${name}`;
const createIndex = new RegExp(String.raw`^CREATE\s+(?:UNIQUE\s+)?INDEX\s+(CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(${name})\s+ON\s+(?:ONLY\s+)?${relation}`, "i");
const addConstraint = new RegExp(String.raw`^(ALTER\s+TABLE\s+(?:ONLY\s+)?${relation})\s+ADD\s+CONSTRAINT\s+(${name})\s[^,]*$`, "i");
const validate = new RegExp(String.raw`^ALTER\s+TABLE\s+(?:ONLY\s+)?${relation}\s+VALIDATE\s+CONSTRAINT\s+${name}$`, "i");
const timeout = /^SET\s+(?:LOCAL\s+)?lock_timeout\b/i;

/** In the order in which they run; null where only its author knows. Empty: nothing has to be taken back. */
export function wayBack(statements: readonly string[]): readonly string[] | null {
  const back = statements.filter((statement) => !timeout.test(statement)).map(undo);
  if (back.includes(null)) return null;
  const steps = back.filter((step): step is string => Boolean(step)).reverse();
  // What waits for locks on its way down waits as long as on its way up.
  return steps.length === 0 ? [] : [...statements.filter((statement) => timeout.test(statement)), ...steps];
}

/** IF EXISTS: a way back that failed half-way is gone again. Empty for what leaves nothing behind, null for what is not known. */
function undo(statement: string): string | null {
  if (validate.test(statement)) return "";
  const index = createIndex.exec(statement);
  if (index !== null) return inCaseOf(statement, `DROP INDEX ${index[1] === undefined ? "" : "CONCURRENTLY "}IF EXISTS `) + (index[3] === undefined ? "" : `${index[3]}.`) + index[2]!;
  const constraint = addConstraint.exec(statement);
  // A constraint that was made of an index takes it along when it is dropped.
  return constraint === null || /\bUSING\s+INDEX\b/i.test(statement) ? null : `${constraint[1]!} ${inCaseOf(statement, "DROP CONSTRAINT ")}${constraint[3]!}`;
}

const inCaseOf = (statement: string, words: string): string => (/^[a-z]/.test(statement) ? words.toLowerCase() : words);
