import { isGone } from "../../locks/noOps";
import { namesRelation } from "../../schema/apply/nameText";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { Sequence } from "../../schema/model";
import { qualified } from "../../schema/view";
import { display, enumerateSome } from "../wording";

const numbered = sql`
  CREATE SEQUENCE invoice_numbers;
  CREATE SEQUENCE ticket_numbers;
  CREATE TABLE invoices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number bigint NOT NULL DEFAULT nextval('invoice_numbers')
  );
`;

export default defineRule({
  id: "migration/drop-sequence",
  summary: "Dropping a sequence loses its count, and the defaults that draw from it.",
  why:
    "A default that calls nextval of the sequence depends on it: DROP SEQUENCE is refused (2BP01), and with CASCADE the default goes without a word, so that the next INSERT writes NULL or fails (23502). The sequence of an identity column cannot be dropped at all. " +
    "What calls nextval elsewhere, in a function's body or in the application, fails with 42P01 (undefined_table). The count itself is data: a sequence that is made again starts at 1, and gives numbers that were given before ([DROP SEQUENCE](https://www.postgresql.org/docs/current/sql-dropsequence.html)).",
  whatToDo:
    "1. Give the columns another default first (ALTER COLUMN ... SET DEFAULT nextval of the new sequence, or ADD GENERATED ... AS IDENTITY after DROP DEFAULT), and start the new sequence above the last number: setval(new, (SELECT last_value FROM old)). 2. Release code that no longer calls nextval of the old one. 3. Drop it in a later migration, without CASCADE.",
  whenNotToUse: "The numbers that the sequence gave are kept nowhere.",
  severity: { recommended: "warning", strict: "error" },
  fix: null,
  sources: ["postgres:sql-dropsequence", "pandadoc:drop-sequence", "union:79"],
  examples: [
    bad(`DROP SEQUENCE invoice_numbers;`, {
      title: "A default draws from it",
      given: numbered,
      at: "invoice_numbers",
      message: "Dropping sequence invoice_numbers fails (2BP01): the default of invoices.number draws from it. Give the column another default first.",
    }),
    bad(`DROP SEQUENCE invoice_numbers CASCADE;`, {
      title: "With CASCADE the default goes too",
      given: numbered,
      at: "invoice_numbers",
      message: "DROP SEQUENCE invoice_numbers CASCADE also drops the default of invoices.number: the next INSERT that relies on it writes NULL or fails (23502). Give the column another default first, and leave CASCADE away.",
    }),
    bad(`DROP SEQUENCE ticket_numbers;`, {
      title: "Nothing in the schema draws from it",
      given: numbered,
      at: "ticket_numbers",
      message: "Dropping sequence ticket_numbers loses its count, and every call of nextval('ticket_numbers') fails (42P01) from COMMIT on. Release code that no longer calls it first.",
    }),
    bad(`DROP SEQUENCE tickets_id_seq CASCADE;`, {
      title: "Of an identity column",
      given: `CREATE TABLE tickets (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n`,
      at: "tickets_id_seq",
      message: "Dropping sequence tickets_id_seq fails (2BP01), with CASCADE too: identity column tickets.id needs it. ALTER TABLE ... ALTER COLUMN id DROP IDENTITY takes it along.",
    }),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE hooks ALTER COLUMN id DROP DEFAULT; -- plumbline-ignore migration/drop-default: the code makes the ids
        DROP SEQUENCE hooks_id_seq;
      `,
      { title: "What a serial column leaves when its default goes", given: "CREATE TABLE hooks (id serial PRIMARY KEY);\n" },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE SEQUENCE numbers AS bigint;
        SELECT setval('numbers', (SELECT last_value FROM invoice_numbers));
        ALTER TABLE invoices ALTER COLUMN number SET DEFAULT nextval('numbers');
      `,
      { title: "The column draws from another one first", given: numbered },
    ),
    good(`DROP SEQUENCE IF EXISTS order_numbers;`, { title: "IF EXISTS of what the history does not have", given: numbered }),
    good(
      sql`
        CREATE SEQUENCE scratch_numbers;
        DROP SEQUENCE scratch_numbers;
      `,
      { title: "The sequence is new in this migration" },
    ),
  ],
  proof: [
    { given: ["CREATE SEQUENCE s", "CREATE TABLE t (id int DEFAULT nextval('s'))"], statement: "DROP SEQUENCE s", fails: "2BP01" },
    { given: ["CREATE TABLE t (id serial)"], statement: "DROP SEQUENCE t_id_seq", fails: "2BP01" },
    { given: ["CREATE TABLE t (id serial)", "DROP SEQUENCE t_id_seq CASCADE"], statement: "INSERT INTO t DEFAULT VALUES", fails: "23502" },
    { given: ["CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY)"], statement: "DROP SEQUENCE t_id_seq CASCADE", fails: "2BP01" },
    { given: ["CREATE SEQUENCE s", "DROP SEQUENCE s"], statement: "SELECT nextval('s')", fails: "42P01" },
    { given: ["CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY)", "ALTER TABLE t ALTER id DROP IDENTITY"], statement: "SELECT nextval('t_id_seq')", fails: "42P01" },
  ],
  on: "statement",
  changes: ["drop"],
  check(context) {
    const { change, before, version } = context;
    if (change.change !== "drop" || change.kind !== "sequence") return;
    for (const written of change.names) {
      if (isGone(context, change, written)) continue;
      const relation = before.relation(before.resolve(written));
      if (relation && (relation.kind !== "sequence" || relation.createdIn === version.id)) continue;
      if (relation && isLeftOver(context, relation)) continue;
      const name = relation ?? before.resolve(written);
      context.report({ at: written.range, object: qualified(name), message: messageOf(context, display(name), relation, change.cascade) });
    }
  },
});

/** A serial column's own, after its default has gone: nothing else was ever to draw from it. */
function isLeftOver(context: StatementContext, sequence: Sequence): boolean {
  if (sequence.ownedBy === null) return false;
  const { column: name, table } = sequence.ownedBy;
  if (sequence.name !== `${table.name}_${name}_seq`) return false;
  const column = context.before.table(table)?.columns.find((each) => each.name === name);
  return column !== undefined && !column.serial && column.identity === null && column.default === null && defaultsThatDraw(context, sequence).length === 0;
}

function messageOf(context: StatementContext, name: string, sequence: Sequence | undefined, cascade: boolean): string {
  const owner = sequence?.implicit === true && sequence.ownedBy ? context.before.table(sequence.ownedBy.table) : undefined;
  const owning = owner?.columns.find((column) => column.name === sequence?.ownedBy?.column);
  if (owner && owning && owning.identity !== null) {
    return `Dropping sequence ${name} fails (2BP01), with CASCADE too: identity column ${display(owner)}.${owning.name} needs it. ALTER TABLE ... ALTER COLUMN ${owning.name} DROP IDENTITY takes it along.`;
  }
  const serial = owner && owning?.serial === true ? [`${display(owner)}.${owning.name}`] : [];
  const drawn = sequence ? [...serial, ...defaultsThatDraw(context, sequence)] : [];
  if (drawn.length === 0) return `Dropping sequence ${name} loses its count, and every call of nextval('${name}') fails (42P01) from COMMIT on. Release code that no longer calls it first.`;
  const one = new Set(drawn).size === 1;
  const defaults = `the ${one ? "default" : "defaults"} of ${enumerateSome(drawn)}`;
  const columns = one ? "the column" : "the columns";
  return cascade
    ? `DROP SEQUENCE ${name} CASCADE also drops ${defaults}: the next INSERT that relies on ${one ? "it" : "them"} writes NULL or fails (23502). Give ${columns} another default first, and leave CASCADE away.`
    : `Dropping sequence ${name} fails (2BP01): ${defaults} ${one ? "draws" : "draw"} from it. Give ${columns} another default first.`;
}

function defaultsThatDraw({ before }: StatementContext, sequence: Sequence): readonly string[] {
  return before.usersOf(sequence).flatMap((user) => {
    if (user.kind !== "table") return [];
    return user.columns.filter((column) => column.default !== null && namesRelation(column.default.text, sequence)).map((column) => `${display(user)}.${column.name}`);
  });
}
