import { clausesOf, type PolicyClause } from "../facts/policies";
import { rowFacts } from "../facts/policyLogic";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";
import type { Node, SubLink } from "@pgsql/types";
import { asksForCaller } from "../../policies/callers";
import { isAlwaysTrue } from "../../policies/decide";
import { fingerprint } from "../../policies/fingerprint";
import type { SchemaView } from "../../schema/view";
import { namesIn } from "../../schema/read/expression";
import { stringsOf } from "../../schema/read/nodes";
import { closingOf, indexAt } from "../../schema/read/source";
import { walk } from "../../sql/walk";
import type { Range } from "../../text/range";

const given = sql`
  CREATE TABLE admins (
    user_id uuid PRIMARY KEY,
    active boolean NOT NULL
  );
  ALTER TABLE admins ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON admins FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`;
const world = [
  "CREATE TABLE admins (name text, active boolean)",
  "INSERT INTO admins VALUES ('someone', true), ('pg_signal_backend', true)",
  "CREATE TABLE notes (owner text)",
  "INSERT INTO notes VALUES ('pg_monitor'), ('b')",
  "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
  "GRANT SELECT ON notes, admins TO pg_monitor",
];

export default defineRule({
  id: "security/policy-unbound-query",
  summary: "A policy asks whether a table has any row at all, and not whether it has the caller's.",
  why:
    "EXISTS (SELECT FROM admins WHERE active) says nothing of who is asking, nor of the row: as soon as there is one such row, it is true for every caller and every row. What was left out is the comparison with the caller " +
    "([Row Security Policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)).",
  whatToDo: "Compare a column of the table that is read with the caller: EXISTS (SELECT FROM admins a WHERE a.user_id = (SELECT auth.uid()) AND a.active).",
  whenNotToUse: "It is a switch for everyone, such as a setting that opens the whole table.",
  severity: { recommended: "warning", strict: "warning" },
  fix: null,
  sources: ["postgres:ddl-rowsecurity", "pgrls:SEC036", "union:206"],
  examples: [
    bad(`SET lock_timeout = '5s';\nCREATE POLICY admins ON notes USING (EXISTS (SELECT FROM admins WHERE active));`, {
      title: "One admin, and everyone is one",
      given,
      at: "EXISTS (SELECT FROM admins WHERE active)",
      message: "Policy admins of notes asks only whether admins has such a row, not whether it is the caller's: as soon as there is one, every caller is let in to every row. Compare a column of admins with the caller.",
    }),
    bad(`SET lock_timeout = '5s';\nCREATE POLICY own_or_admin ON notes FOR DELETE USING (user_id = (SELECT auth.uid()) OR EXISTS (SELECT 1 FROM auth.users u WHERE u.email LIKE '%@example.com'));`, {
      title: "The users of Supabase",
      platform: "supabase",
      given: `${given}CREATE POLICY read_own ON notes FOR SELECT USING (user_id = (SELECT auth.uid()));\n`,
      at: "EXISTS (SELECT 1 FROM auth.users u WHERE u.email LIKE '%@example.com')",
    }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY admins ON notes USING (EXISTS (SELECT FROM admins a WHERE a.user_id = (SELECT auth.uid()) AND a.active));`, { title: "The caller's row", given }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY owned ON notes FOR SELECT USING (EXISTS (SELECT FROM admins a WHERE a.user_id = notes.user_id));`, { title: "Tied to the row", given }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING (user_id = (SELECT auth.uid()) AND EXISTS (SELECT FROM admins WHERE active));`, { title: "Beside a comparison with the caller", given }),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY admins ON notes USING (EXISTS (SELECT FROM admins WHERE active));
        DROP POLICY admins ON notes;
        CREATE POLICY own ON notes USING (user_id = (SELECT auth.uid()));
      `,
      { title: "Replaced in the same migration", given },
    ),
  ],
  proof: [
    { given: [...world, "CREATE POLICY p ON notes USING (EXISTS (SELECT FROM admins WHERE active))", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 2 },
    { given: [...world, "CREATE POLICY p ON notes USING (EXISTS (SELECT FROM admins WHERE active AND name = current_user))", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 0 },
    { given: [...world, "CREATE POLICY p ON notes USING (EXISTS (SELECT FROM admins WHERE active) AND owner = current_user)", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
  ],
  on: "table",
  check(context) {
    const { table, schema, condition } = context;
    if (!table.rls.enabled) return;
    for (const policy of table.policies) {
      if (!policy.permissive) continue;
      for (const clause of clausesOf(policy)) {
        const decides = (key: string): boolean => isAlwaysTrue(condition(clause.expression), rowFacts(table), { atom: (atom) => (atom.form === "value" && atom.of.key === key ? true : undefined) });
        const found = existsIn(clause).find(({ node }) => isUnbound(schema, node) && decides(fingerprint({ SubLink: node })) && !isAlwaysTrue(condition(clause.expression), rowFacts(table)));
        if (found === undefined) continue;
        const read = relationsOf(found.node)[0]?.name ?? "the table";
        context.report({
          at: clause.place(found.range),
          object: `${table.schema}.${table.name}`,
          message: `Policy ${policy.name} of ${display(table)} asks only whether ${read} has such a row, not whether it is the caller's: as soon as there is one, every caller is let in to every row. Compare a column of ${read} with the caller.`,
        });
        break;
      }
    }
  },
});

interface Exists {
  readonly node: SubLink;
  readonly range: Range;
}

function existsIn({ node, source }: PolicyClause): readonly Exists[] {
  const found: Exists[] = [];
  walk(node, (kind, value) => {
    const link = value as SubLink;
    if (kind !== "SubLink" || link.subLinkType !== "EXISTS_SUBLINK") return true;
    const first = indexAt(source, link.location);
    let open = first;
    while (open < source.last && source.text[source.tokens[open]!.start] !== "(") open++;
    const last = source.tokens[closingOf(source, open)];
    if (last) found.push({ node: link, range: { start: source.tokens[first]!.start, end: last.end } });
    return false;
  });
  return found;
}

interface ReadRelation {
  readonly schema: string | null;
  readonly name: string;
  readonly alias: string;
}

function relationsOf(node: SubLink): readonly ReadRelation[] {
  const relations: ReadRelation[] = [];
  walk(node.subselect, (kind, value) => {
    if (kind !== "RangeVar") return;
    const { schemaname, relname, alias } = value as { readonly schemaname?: string; readonly relname?: string; readonly alias?: { readonly aliasname?: string } };
    const name = relname ?? "";
    relations.push({ schema: schemaname ?? null, name: schemaname === undefined || schemaname === "public" ? name : `${schemaname}.${name}`, alias: alias?.aliasname ?? name });
  });
  return relations;
}

/** Nothing in it is of the caller, or of the row that the policy is asked about. */
function isUnbound(schema: SchemaView, node: SubLink): boolean {
  const relations = relationsOf(node);
  const { functions } = namesIn({ SubLink: node });
  // What a function asks for is not known.
  if (relations.length === 0 || asksForCaller(functions) || functions.some((name) => !plain.has(name))) return false;
  const has = (relation: ReadRelation, column: string): boolean => schema.resolveTable({ schema: relation.schema, name: relation.name.split(".").at(-1)! })?.columns.some(({ name }) => name === column) === true;
  let isBound = false;
  walk(node.subselect, (kind, value) => {
    if (kind === "SQLValueFunction" || kind === "ParamRef") isBound = true;
    if (kind !== "ColumnRef") return;
    const names = stringsOf(value.fields as Node[]);
    const column = names.at(-1)!;
    const qualifier = names.at(-2);
    if (qualifier === undefined ? column !== "" && !relations.some((relation) => has(relation, column)) : !relations.some(({ alias }) => alias === qualifier)) isBound = true;
  });
  return !isBound;
}

const plain: ReadonlySet<string> = new Set(["now", "lower", "upper", "count", "max", "min", "sum"]);
