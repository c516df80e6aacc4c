import { laterChanges, earlierChanges } from "../facts/version";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { ObjectName } from "../../schema/changes";
import { userType } from "../../schema/domains";
import type { CompositeType, DataType, Domain, EnumType, QualifiedName, RangeType } from "../../schema/model";
import { qualified } from "../../schema/view";
import { display, enumerate, enumerateSome } from "../wording";

const orders = sql`
  CREATE TYPE order_status AS ENUM ('new', 'paid', 'lost');
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status order_status NOT NULL
  );
`;
const unused = sql`
  CREATE TYPE order_status AS ENUM ('new', 'paid', 'lost');
  CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
`;

const used = ["CREATE TYPE s AS ENUM ('a', 'b')", "CREATE TABLE t (x s)", "INSERT INTO t VALUES ('a'), ('b')"];

export default defineRule({
  id: "migration/drop-type",
  summary: "Dropping a type fails, takes columns along, or breaks the code that names it.",
  why:
    "Postgres refuses to drop a type that columns, functions or views use (2BP01); with CASCADE it drops those columns, values included, and the functions and views. Where nothing in the database uses it any more, queries that cast to it and drivers that bind parameters of it fail from COMMIT on (42704 undefined_object). " +
    "An enum loses a value only by being made anew: rows that hold the value make the change of the column's type fail (22P02 invalid_text_representation), and so does every later write of it " +
    "([DROP TYPE](https://www.postgresql.org/docs/current/sql-droptype.html)).",
  whatToDo:
    "Move the columns to another type first, and release code that no longer names the type; drop it in a later migration, without CASCADE. To take a value out of an enum, stop writing it, change the rows that hold it, and make the type anew in a later migration; or leave it in the type, where it does no harm.",
  whenNotToUse: "Nothing outside of the database's own functions names the type.",
  severity: { recommended: "warning", strict: "error" },
  fix: null,
  sources: ["postgres:sql-droptype", "migrationpilot:MP024", "pandadoc:drop-type", "union:57"],
  examples: [
    bad(`DROP TYPE order_status;`, {
      title: "A type that a column has",
      given: orders,
      at: "order_status",
      message: "Dropping type order_status fails (2BP01): column orders.status depends on it. Give it another type first, in this migration.",
    }),
    bad(`DROP TYPE order_status CASCADE;`, {
      title: "With CASCADE: the column goes too",
      given: orders,
      at: "order_status",
      message: "DROP TYPE order_status CASCADE drops column orders.status with all of its values. Give it another type first, and leave CASCADE away.",
    }),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ALTER COLUMN status TYPE text;
        DROP TYPE order_status;
        CREATE TYPE order_status AS ENUM ('new', 'paid');
        ALTER TABLE orders ALTER COLUMN status TYPE order_status USING status::order_status;
      `,
      {
        title: "An enum that is made anew without one of its values",
        given: orders,
        at: "order_status",
        message:
          "The new order_status lacks 'lost': if a row holds it, the change of its column's type fails (22P02), and code that writes it fails from COMMIT on. Change those rows before, and release code that no longer writes it.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        CREATE TYPE order_status_new AS ENUM ('new', 'paid');
        ALTER TABLE orders ALTER COLUMN status TYPE order_status_new USING status::text::order_status_new;
        ALTER TYPE order_status RENAME TO order_status_old;
        ALTER TYPE order_status_new RENAME TO order_status;
        DROP TYPE order_status_old;
      `,
      { title: "The same, with the new type made first", given: orders, at: "order_status_old", occurrence: 1 },
    ),
    bad(`DROP TYPE order_status;`, {
      title: "Strict: a type that nothing in the database uses",
      given: unused,
      options: { "migration/drop-type": "warning" },
      at: "order_status",
      message: "From COMMIT on every query that casts to type order_status, or binds a parameter of it, fails (42704). Drop it when no code names it any more.",
    }),
    good(
      sql`
        CREATE TYPE colour AS ENUM ('red');
        DROP TYPE colour;
      `,
      { title: "The type is new in this migration", given: orders },
    ),
    good(`DROP TYPE order_status;`, { title: "A type that nothing in the database uses", given: unused }),
    good(`DROP TYPE IF EXISTS colour;`, { title: "IF EXISTS of a type that the history does not have", given: orders }),
    good(
      sql`
        ALTER TYPE order_status RENAME TO order_status_old;
        CREATE TYPE order_status AS ENUM ('new', 'paid', 'lost', 'returned');
        DROP TYPE order_status_old;
      `,
      { title: "Made anew with all of its values", given: unused },
    ),
  ],
  proof: [
    { given: used, statement: "DROP TYPE s", fails: "2BP01" },
    { given: used, statement: "DROP TYPE s CASCADE", locks: { t: "AccessExclusiveLock" } },
    { given: [...used, "DROP TYPE s CASCADE"], statement: "SELECT x FROM t", fails: "42703" },
    { given: ["CREATE TYPE s AS ENUM ('a')", "DROP TYPE s"], statement: "SELECT 'a'::s", fails: "42704" },
    { given: [...used, "ALTER TYPE s RENAME TO s_old", "CREATE TYPE s AS ENUM ('a')"], statement: "ALTER TABLE t ALTER x TYPE s USING x::text::s", fails: "22P02" },
    { given: ["CREATE DOMAIN d AS int", "CREATE TABLE t (x d[])"], statement: "DROP DOMAIN d", fails: "2BP01" },
  ],
  on: "statement",
  changes: ["drop"],
  check(context) {
    const { change } = context;
    if (change.change !== "drop" || (change.kind !== "type" && change.kind !== "domain")) return;
    for (const name of change.names) dropped(context, name, change.kind, change.cascade, change.ifExists);
  },
});

type AnyType = EnumType | Domain | RangeType | CompositeType;

function dropped(context: StatementContext, name: ObjectName, word: string, cascade: boolean, ifExists: boolean): void {
  const type = typeOf(context, name);
  if (type === undefined ? ifExists : type.createdIn === context.version.id) return;
  const own = type ? display(type) : name.name;
  const object = type ? qualified(type) : name.name;
  const users = type ? usersOf(context, type) : [];
  if (users.length > 0) {
    const them = users.length === 1 ? "it" : "each";
    const [verb, values] = [users.length === 1 ? "depends" : "depend", users.some((user) => user.startsWith("column ")) ? " with all of its values" : ""];
    context.report(
      cascade
        ? { at: name.range, object, severity: "error", message: `DROP ${word.toUpperCase()} ${own} CASCADE drops ${enumerateSome(users)}${values}. Give ${them} another type first, and leave CASCADE away.` }
        : { at: name.range, object, message: `Dropping ${word} ${own} fails (2BP01): ${enumerateSome(users)} ${verb} on it. Give ${them} another type first, in this migration.` },
    );
    return;
  }
  const anew = type?.kind === "enum" ? madeAnew(context, type) : null;
  if (anew !== null) {
    const lost = type?.kind === "enum" ? type.labels.filter((label) => !anew.labels.includes(label)).map((label) => `'${label}'`) : [];
    if (lost.length === 0) return;
    const it = lost.length === 1 ? "it" : "one of them";
    context.report({
      at: name.range,
      object,
      message: `The new ${anew.name} lacks ${enumerate(lost)}: if a row holds ${it}, the change of its column's type fails (22P02), and code that writes ${it} fails from COMMIT on. Change those rows before, and release code that no longer writes ${it}.`,
    });
    return;
  }
  context.report({ at: name.range, object, severity: "info", onlyIn: "strict", message: `From COMMIT on every query that casts to ${word} ${own}, or binds a parameter of it, fails (42704). Drop it when no code names it any more.` });
}

function typeOf({ before }: StatementContext, { schema, name }: ObjectName): AnyType | undefined {
  const found = userType(before, { text: name, schema: schema ?? "", name, modifiers: [], array: false });
  if (found) return found;
  const relation = before.relation(before.resolve({ schema, name }));
  return relation?.kind === "composite" ? relation : undefined;
}

function usersOf({ before }: StatementContext, type: QualifiedName): readonly string[] {
  const is = (other: DataType): boolean => other.name === type.name && other.schema === type.schema;
  return before.usersOf(type).flatMap((user): readonly string[] => {
    switch (user.kind) {
      case "table":
        return user.columns.flatMap((column) => (is(column.type) && !(column.inherited && user.partitionOf !== null) ? [`column ${display(user)}.${column.name}`] : []));
      case "view":
      case "function":
      case "procedure":
      case "aggregate":
        return user.definition.names.some(({ refers }) => refers.kind === "type" && refers.name.name === type.name && refers.name.schema === type.schema) ? [`${user.kind} ${display(user)}`] : [];
      case "domain":
        return is(user.type) ? [`domain ${display(user)}`] : [];
      case "composite":
        return user.attributes.some((attribute) => is(attribute.type)) ? [`type ${display(user)}`] : [];
      default:
        return [];
    }
  });
}

/** The enum of this version that takes the dropped one's place: of the name that it has, or had before a RENAME. */
function madeAnew(context: StatementContext, type: EnumType): { readonly name: string; readonly labels: readonly string[] } | null {
  const { before, version } = context;
  const renamed = earlierChanges(context).find((change) => change.change === "rename" && change.kind === "type" && change.to.name === type.name);
  const name = renamed?.change === "rename" ? renamed.name.name : type.name;
  const made = userType(before, { text: name, schema: type.schema, name, modifiers: [], array: false });
  if (made?.kind === "enum" && made.createdIn === version.id) return { name, labels: made.labels };
  const created = laterChanges(context).find((change) => change.change === "createEnum" && change.name.name === name);
  return created?.change === "createEnum" ? { name, labels: created.labels } : null;
}
