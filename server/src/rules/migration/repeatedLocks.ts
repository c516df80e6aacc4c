import { bad, defineRule, good, sql, type ConclusionContext, type Note, type StatementContext } from "../rule";
import { blockingLocks } from "../facts/locks";
import { rewrites } from "../../locks/typeChanges";
import { qualified } from "../../schema/view";
import { display, enumerate } from "../wording";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status text NOT NULL
  );
`;

const note = "SET lock_timeout = '5s';\nALTER TABLE orders ADD COLUMN note text;\n";
const paid = "SET lock_timeout = '5s';\nALTER TABLE orders ADD COLUMN paid boolean;\n";

export default defineRule({
  id: "migration/repeated-locks",
  summary: "One deployment locks a table again and again, or rewrites a column that it has only just added.",
  why:
    "Each migration that takes ACCESS EXCLUSIVE on a table waits for every query on it to end, and lets all later ones queue up behind it. Three migrations of one deployment make the table's readers and writers wait three times, where one ALTER TABLE with three actions waits once; it reads or rewrites the rows in one pass, too. " +
    "A column that is added by one pending migration and changed to another type by the next costs a rewrite of the whole table for nothing.",
  whatToDo: "Put the changes of one table into one migration, and into one ALTER TABLE where they allow it. Give a column that is not released yet its right type where it is added.",
  whenNotToUse: "The pending migrations are not deployed together; or the table is small and quiet.",
  severity: { recommended: "off", strict: "info" },
  fix: null,
  sources: ["postgres:sql-altertable", "postgres:explicit-locking", "union:62"],
  options: {
    migrations: { type: "integer", description: "How many pending migrations may not lock one table.", default: 3 },
  },
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'new';
      `,
      {
        title: "Three migrations, three locks",
        given: orders,
        options: { "migration/repeated-locks": "info" },
        beside: { "migrations/0003_note.sql": note, "migrations/0004_paid.sql": paid },
        file: "migrations/0004_paid.sql",
        at: "orders",
        message: "3 pending migrations lock orders in ACCESS EXCLUSIVE one after the other (0002_example, 0003_note and 0004_paid), and its reads and writes wait each time. Put these changes into one migration.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN total integer;
      `,
      {
        title: "A column that is new, and changed already",
        given: orders,
        options: { "migration/repeated-locks": "info" },
        beside: { "migrations/0003_total.sql": "SET lock_timeout = '5s';\nALTER TABLE orders ALTER COLUMN total TYPE bigint;\n" },
        file: "migrations/0003_total.sql",
        at: "total",
        message: "Column orders.total is new in 0002_example, which is pending too, and this writes the whole table anew to change its type. Give it type bigint there, and drop this statement.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN note text, ADD COLUMN paid boolean, ALTER COLUMN status SET DEFAULT 'new';
      `,
      { title: "One statement, one lock, in the same migration", given: orders, options: { "migration/repeated-locks": "info" } },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN state text;
      `,
      { title: "Two migrations are two steps", given: orders, options: { "migration/repeated-locks": "info" }, beside: { "migrations/0003_note.sql": note }, file: "migrations/0003_note.sql" },
    ),
    good(
      sql`
        CREATE TABLE refunds (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
      `,
      {
        title: "A table that this deployment creates: nobody waits for it",
        options: { "migration/repeated-locks": ["info", { migrations: 2 }] },
        beside: {
          "migrations/0003_a.sql": "SET lock_timeout = '5s';\nALTER TABLE refunds ADD COLUMN a text;\n",
          "migrations/0004_b.sql": "SET lock_timeout = '5s';\nALTER TABLE refunds ADD COLUMN b text;\n",
        },
        file: "migrations/0004_b.sql",
      },
    ),
  ],
  proof: [
    { given: ["CREATE TABLE t (x int)", "INSERT INTO t VALUES (1)"], statement: "ALTER TABLE t ADD a text, ADD b boolean, ALTER x SET DEFAULT 1", locks: { t: "AccessExclusiveLock" }, rewrites: [], scans: [] },
    { given: ["CREATE TABLE t (x int)", "INSERT INTO t VALUES (1)", "ALTER TABLE t ADD y int"], statement: "ALTER TABLE t ALTER y TYPE bigint", locks: { t: "AccessExclusiveLock" }, rewrites: ["t"] },
  ],
  on: "statement",
  changes: ["alterTable", "createTable", "createIndex", "reindex", "drop", "rename", "renamePart", "setSchema", "createTrigger", "createPolicy", "alterPolicy", "lock", "write"],
  check(context) {
    const { change, version } = context;
    if (version.released) return;
    if (change.change === "createTable") {
      const name = { schema: change.name.schema ?? context.before.session.searchPath[0] ?? "public", name: change.name.name };
      context.note({ subject: qualified(name), role: "creates", words: display(name), at: change.name.range });
    }
    // Migrations that share one transaction hold the lock from the first to the last: that is one wait.
    if (version.transaction.wraps !== "all pending") {
      for (const lock of blockingLocks(context)) {
        if (lock.mode === "ACCESS EXCLUSIVE") context.note({ subject: qualified(lock.table.name), role: "locks", words: display(lock.table.name), at: lock.from });
      }
    }
    if (change.change === "alterTable") noteColumns(context);
  },
  conclude(context, options) {
    const limit = Number(options["migrations"]);
    const created = new Set(context.notes.flatMap(({ role, subject }) => (role === "creates" ? [subject] : [])));
    const bySubject = new Map<string, Note[]>();
    for (const each of context.notes) bySubject.set(each.subject, [...(bySubject.get(each.subject) ?? []), each]);
    for (const [subject, notes] of bySubject) {
      // A table of this deployment's own, or one of its columns.
      if (created.has(subject) || created.has(subject.slice(0, subject.lastIndexOf(".")))) continue;
      reportLocks(context, subject, notes.filter(({ role }) => role === "locks"), limit);
      reportRewrites(context, subject, notes);
    }
  },
});

function noteColumns(context: StatementContext): void {
  const { change } = context;
  if (change.change !== "alterTable") return;
  const live = context.live(change.name);
  if (live === null) return;
  for (const action of change.actions) {
    if (action.action === "addColumn") {
      context.note({ subject: `${qualified(live.name)}.${action.column.name.name}`, role: "adds", words: "", at: action.column.name.range });
    } else if (action.action === "setType") {
      const column = live.table?.columns.find(({ name }) => name === action.column.name);
      if (!column || !rewrites(context.before, column.type, action.type.type)) continue;
      context.note({ subject: `${qualified(live.name)}.${column.name}`, role: "rewrites", words: `${display(live.name)}.${column.name} ${action.type.type.text}`, at: action.column.range });
    }
  }
}

/** At the last of them, which is the one that can still move. */
function reportLocks(context: ConclusionContext, subject: string, locks: readonly Note[], limit: number): void {
  const versions = [...new Set(locks.map(({ version }) => version.id))];
  if (versions.length < limit) return;
  const at = locks.find(({ version }) => version.id === versions.at(-1))!;
  const named = versions.length > 4 ? [...versions.slice(0, 3), `${versions.length - 3} more`] : versions;
  context.report({
    at: at.at,
    object: subject,
    message: `${versions.length} pending migrations lock ${at.words} in ACCESS EXCLUSIVE one after the other (${enumerate(named)}), and its reads and writes wait each time. Put these changes into one migration.`,
  });
}

function reportRewrites(context: ConclusionContext, subject: string, notes: readonly Note[]): void {
  const added = notes.find(({ role }) => role === "adds");
  const rewritten = notes.find(({ role, version }) => role === "rewrites" && added !== undefined && version.id !== added.version.id);
  if (!added || !rewritten) return;
  const [column, ...type] = rewritten.words.split(" ");
  context.report({
    at: rewritten.at,
    object: subject,
    message: `Column ${column!} is new in ${added.version.id}, which is pending too, and this writes the whole table anew to change its type. Give it type ${type.join(" ")} there, and drop this statement.`,
    related: [{ place: added.at, message: "Added here" }],
  });
}
