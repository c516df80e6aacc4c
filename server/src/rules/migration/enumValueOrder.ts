import { insertAt } from "../facts/edits";
import { bad, defineRule, good, sql } from "../rule";
import { userType } from "../../schema/domains";
import { qualified } from "../../schema/view";
import { display } from "../wording";

const sizes = sql`
  CREATE TYPE size AS ENUM ('small', 'large');
`;

export default defineRule({
  id: "migration/enum-value-order",
  summary: "A new enum value without BEFORE or AFTER goes to the end of the order.",
  why:
    "The order of an enum's values is that of ORDER BY, of comparisons and of min and max. ADD VALUE puts a new one behind all others unless it says where, and nothing moves a value afterwards: to change the order, the type has to be made anew and every column rewritten " +
    "([ALTER TYPE](https://www.postgresql.org/docs/current/sql-altertype.html)).",
  whatToDo: "Write BEFORE or AFTER and the neighbour, also where the end is meant: then it is said.",
  whenNotToUse: "Nothing sorts or compares by the type.",
  severity: { recommended: "off", strict: "hint" },
  fix: "safe",
  sources: ["postgres:sql-altertype", "squawk:require-enum-value-ordering", "pgfence:alter-enum-no-ordering", "union:55"],
  examples: [
    bad(`ALTER TYPE size ADD VALUE 'medium';`, {
      title: "A value whose place matters",
      given: sizes,
      options: { "migration/enum-value-order": "hint" },
      at: "size",
      message: "'medium' goes behind 'large', the last value of size, and nothing moves it afterwards. Write AFTER 'large', or BEFORE or AFTER its true neighbour.",
      fixed: `ALTER TYPE size ADD VALUE 'medium' AFTER 'large';`,
    }),
    bad(`ALTER TYPE unseen ADD VALUE IF NOT EXISTS 'medium';`, {
      title: "A type that the history never saw",
      given: sizes,
      options: { "migration/enum-value-order": "hint" },
      at: "unseen",
      message: "'medium' goes behind all other values of unseen, and nothing moves it afterwards. Write BEFORE or AFTER its neighbour.",
    }),
    good(`ALTER TYPE size ADD VALUE 'medium' BEFORE 'large';`, { given: sizes, options: { "migration/enum-value-order": "hint" } }),
    good(`ALTER TYPE size ADD VALUE IF NOT EXISTS 'large';`, { title: "A value that is there already", given: sizes, options: { "migration/enum-value-order": "hint" } }),
    good(
      sql`
        CREATE TYPE colour AS ENUM ('red');
        ALTER TYPE colour ADD VALUE 'green';
      `,
      { title: "The type is new in this migration", options: { "migration/enum-value-order": "hint" } },
    ),
  ],
  on: "statement",
  changes: ["addEnumLabel"],
  check(context) {
    const { change, before, version } = context;
    if (change.change !== "addEnumLabel" || change.neighbour !== null) return;
    const type = userType(before, { text: change.type.name, schema: change.type.schema ?? "", name: change.type.name, modifiers: [], array: false });
    if (type !== undefined && (type.kind !== "enum" || type.createdIn === version.id || type.labels.includes(change.label))) return;
    const last = type?.labels.at(-1);
    const name = type ? display(type) : change.type.name;
    if (last === undefined) {
      context.report({ at: change.type.range, object: name, message: `'${change.label}' goes behind all other values of ${name}, and nothing moves it afterwards. Write BEFORE or AFTER its neighbour.` });
      return;
    }
    const after = `AFTER '${last.replaceAll("'", "''")}'`;
    context.report({
      at: change.type.range,
      object: type ? qualified(type) : name,
      message: `'${change.label}' goes behind '${last}', the last value of ${name}, and nothing moves it afterwards. Write ${after}, or BEFORE or AFTER its true neighbour.`,
      fixes: [{ title: `Say that it comes after '${last}'`, kind: "safe", intents: [insertAt(change.range.end, ` ${after}`)] }],
    });
  },
});
