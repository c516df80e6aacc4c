import { bad, defineRule, good, sql } from "../rule";
import { qualified } from "../../schema/view";
import { volatileFunction } from "../../schema/volatility";
import { display } from "../wording";

const tickets = sql`
  CREATE TABLE tickets (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state text NOT NULL DEFAULT 'open',
    token uuid,
    note text
  );
`;

export default defineRule({
  id: "migration/change-default",
  summary: "The running release gets another default than it was written for, and rows that are there get none.",
  why:
    "SET DEFAULT changes what INSERTs without the column write from COMMIT on, in the release that is still running too, which takes the old value for granted; an ORM that knows the old default goes on writing it, so that both are about for a while. Rows that are there stay as they are: " +
    "a volatile default, such as gen_random_uuid(), gives them no value either ([ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-DEFAULT)).",
  whatToDo: "1. Release code that takes both values, and names the column in its INSERTs. 2. Change the default. 3. Fill the rows that are there in batches, if they need the value. 4. Let the code rely on the new default.",
  whenNotToUse: "The old and the new default mean the same to every reader.",
  severity: { recommended: "off", strict: "hint" },
  fix: null,
  sources: ["postgres:sql-altertable", "strong-migrations:change_column_default", "migrationpilot:MP048", "union:81"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE tickets ALTER COLUMN state SET DEFAULT 'new';
      `,
      { title: "Another value", given: tickets, at: "'new'", message: "INSERTs of the running release that leave tickets.state out write 'new' from COMMIT on, where they wrote 'open'. Release code that takes both first." },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE tickets ALTER COLUMN token SET DEFAULT gen_random_uuid();
      `,
      { title: "A volatile default for new rows alone", given: tickets, at: "gen_random_uuid()", message: "Rows of tickets that are there keep NULL in token: gen_random_uuid() is called for new rows alone. Fill them in batches." },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE tickets ALTER COLUMN note SET DEFAULT '';
      `,
      { title: "It had none", given: tickets },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE tickets ALTER COLUMN state SET DEFAULT 'open';
      `,
      { title: "The same one", given: tickets },
    ),
    good(
      sql`
        CREATE TABLE drafts (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          state text NOT NULL DEFAULT 'new'
        );
        ALTER TABLE drafts ALTER COLUMN state SET DEFAULT 'open';
      `,
      { title: "The table is new in this migration" },
    ),
  ],
  proof: [
    { given: ["CREATE TABLE t (id int, x uuid)", "INSERT INTO t VALUES (1)", "ALTER TABLE t ALTER x SET DEFAULT gen_random_uuid()"], statement: "SELECT 1 / (SELECT count(x) FROM t)", fails: "22012" },
    { given: ["CREATE TABLE t (x int DEFAULT 1)", "INSERT INTO t DEFAULT VALUES", "ALTER TABLE t ALTER x SET DEFAULT 2"], statement: "SELECT 1 / (SELECT count(*) FROM t WHERE x = 2)", fails: "22012" },
    { given: ["CREATE TABLE t (x int DEFAULT 1)"], statement: "ALTER TABLE t ALTER x SET DEFAULT 2", locks: { t: "AccessExclusiveLock" }, scans: [], rewrites: [] },
  ],
  on: "statement",
  changes: ["alterTable"],
  check(context) {
    const { change, version, before } = context;
    if (change.change !== "alterTable" || change.word !== "table") return;
    const table = context.live(change.name)?.table;
    if (!table) return;
    for (const action of change.actions) {
      if (action.action !== "setDefault") continue;
      const column = table.columns.find((each) => each.name === action.column.name);
      if (!column || column.createdIn === version.id || column.generated !== null) continue;
      const { text, range } = action.expression;
      const object = `${qualified(table)}.${column.name}`;
      const name = `${display(table)}.${column.name}`;
      if (column.default !== null) {
        if (squeezed(column.default.text) === squeezed(text)) continue;
        context.report({ at: range, object, message: `INSERTs of the running release that leave ${name} out write ${text} from COMMIT on, where they wrote ${column.default.text}. Release code that takes both first.` });
      } else if (!column.notNull && !column.serial && volatileFunction(before, action.expression) !== null) {
        context.report({ at: range, object, message: `Rows of ${display(table)} that are there keep NULL in ${column.name}: ${text} is called for new rows alone. Fill them in batches.` });
      }
    }
  },
});

const squeezed = (text: string): string => text.toLowerCase().replace(/\s+/g, "");
