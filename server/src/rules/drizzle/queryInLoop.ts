import type { Table } from "../../drizzle/orm/model";
import type { Code } from "../../drizzle/templates";
import type { TypeScript as ts } from "../../drizzle/typescript";
import { objectOf, shown } from "../facts/declarations";
import { callsOf, chainFrom, isScript, method, placeOfNode, tableOf } from "../facts/queries";
import { walk } from "../../drizzle/uses";
import { bad, defineRule, good, ts as code } from "../rule";

const beside = {
  "schema.ts": code`
    import { integer, pgTable, text } from "drizzle-orm/pg-core";

    export const orders = pgTable("orders", { id: integer("id").primaryKey(), userId: integer("user_id").notNull() });
    export const users = pgTable("users", { id: integer("id").primaryKey(), name: text("name").notNull() });
  `,
};
const file = "queries.ts";

export default defineRule({
  id: "drizzle/query-in-loop",
  summary: "A query for each element of a list: N round trips where one would do.",
  why:
    "Each query costs a round trip and a plan, however quick it is: a list of 200 orders that fetches each user by itself waits 200 times for the network. In Promise.all() the queries wait for a connection of the pool instead, and other requests with them.",
  whatToDo:
    "1. Ask once before the loop: `const rows = await db.select().from(users).where(inArray(users.id, ids))`. 2. Take each from a Map of the rows: `new Map(rows.map((row) => [row.id, row]))`. 3. Insert all rows at once with `.values(list)`, in chunks of some thousand; update with one statement from a list of values.",
  whenNotToUse: "The list is short by its nature, or each query depends on the answer of the one before.",
  severity: { recommended: "info", strict: "warning" },
  fix: null,
  sources: ["drizzle-orm:joins", "plumbline:n-plus-one"],
  examples: [
    bad(
      code`
        import { eq } from "drizzle-orm";
        import { db } from "./db";
        import { orders, users } from "./schema";

        export async function withUsers() {
          const found = await db.select().from(orders);
          for (const order of found) {
            const [user] = await db.select().from(users).where(eq(users.id, order.userId));
            console.log(order.id, user?.name);
          }
        }
      `,
      {
        title: "A read for each row",
        beside,
        file,
        at: "db.select().from(users).where(eq(users.id, order.userId))",
        message: "This asks for users once for each order, one round trip each. Ask once before the loop with inArray(users.id, ...), and take each row from a Map.",
      },
    ),
    bad(
      code`
        import { db } from "./db";
        import { users } from "./schema";

        export async function add(names: readonly string[]) {
          await Promise.all(names.map(async (name, id) => {
            await db.insert(users).values({ id, name });
          }));
        }
      `,
      {
        title: "An insert for each element",
        beside,
        file,
        at: "db.insert(users).values({ id, name })",
        message: "This inserts into users once for each name, one round trip each. Insert all rows at once: .values(list), in chunks of some thousand.",
      },
    ),
    good(
      code`
        import { inArray } from "drizzle-orm";
        import { db } from "./db";
        import { orders, users } from "./schema";

        export async function withUsers() {
          const found = await db.select().from(orders);
          const rows = await db.select().from(users).where(inArray(users.id, found.map((order) => order.userId)));
          const byId = new Map(rows.map((row) => [row.id, row]));
          for (const order of found) console.log(order.id, byId.get(order.userId)?.name);
        }
      `,
      { title: "Asked once", beside, file },
    ),
    good(
      code`
        import { db } from "./db";
        import { users } from "./schema";

        export async function add(rows: readonly { id: number; name: string }[]) {
          for (let i = 0; i < rows.length; i += 1000) {
            const chunk = rows.slice(i, i + 1000);
            await db.insert(users).values(chunk);
          }
        }
      `,
      { title: "In chunks", beside, file },
    ),
    good(
      code`
        import { gt } from "drizzle-orm";
        import { db } from "./db";
        import { users } from "./schema";

        export async function* pages() {
          for (let last = 0; ; ) {
            const page = await db.select().from(users).where(gt(users.id, last)).orderBy(users.id).limit(500);
            if (page.length === 0) return;
            yield page;
            last = page[page.length - 1]!.id;
          }
        }
      `,
      { title: "Page after page", beside, file },
    ),
  ],
  on: "module",
  check(context) {
    const { compiler } = context;
    if (isScript(context.module.file)) return;
    for (const call of callsOf(context)) {
      const verb = method(call, compiler);
      if (verb !== "from" && verb !== "insert" && verb !== "update" && verb !== "delete") continue;
      const chain = chainFrom(call, context);
      if (!compiler.isAwaitExpression(chain.whole.parent) && !compiler.isReturnStatement(chain.whole.parent) && !(compiler.isArrowFunction(chain.whole.parent) && chain.whole.parent.body === chain.whole)) continue;
      const loop = elementLoop(chain.whole, context);
      if (!loop || !names(chain.whole, loop.names, context)) continue;
      const table = tableOf(context, call);
      if (!table || (verb === "insert" && isList(call, context))) continue;
      context.report({ at: placeOfNode(chain.whole), object: objectOf(table), message: `${said(verb, table)} once for each ${loop.names[0] ?? "element"}, one round trip each. ${advice(verb, table, call)}` });
    }
  },
});

function said(verb: "from" | "insert" | "update" | "delete", table: Table): string {
  return `This ${{ from: "asks for", insert: "inserts into", update: "updates", delete: "deletes from" }[verb]} ${shown(table)}`;
}

function advice(verb: "from" | "insert" | "update" | "delete", table: Table, call: ts.CallExpression): string {
  const variable = call.arguments[0]?.getText() ?? table.name;
  const key = [...table.columns.values()].find(({ primaryKey }) => primaryKey)?.key ?? "id";
  if (verb === "insert") return "Insert all rows at once: .values(list), in chunks of some thousand.";
  if (verb === "from") return `Ask once before the loop with inArray(${variable}.${key}, ...), and take each row from a Map.`;
  return verb === "delete" ? `Delete them at once: .where(inArray(${variable}.${key}, ids)).` : "Update all rows with one statement: inArray() where they get the same, a list of values where they do not.";
}

interface Loop {
  /** What an element, or a part of it, is called. */
  readonly names: readonly string[];
}

/** The nearest loop over the elements of a list that an expression stands in, unless that loop goes in chunks. */
function elementLoop(node: ts.Node, { compiler }: Code): Loop | null {
  for (let at = node.parent; !compiler.isSourceFile(at); at = at.parent) {
    if (compiler.isForOfStatement(at) && !at.awaitModifier && compiler.isVariableDeclarationList(at.initializer) && contains(at.statement, node)) return loopOf(at.initializer.declarations.map(({ name }) => name), compiler);
    if (!compiler.isArrowFunction(at) && !compiler.isFunctionExpression(at)) {
      if (compiler.isFunctionLike(at)) return null;
      continue;
    }
    const { parent } = at;
    if (!compiler.isCallExpression(parent) || parent.arguments[0] !== at) return null;
    const called = method(parent, compiler);
    if (called === "map" || called === "forEach" || called === "flatMap") return loopOf(at.parameters.slice(0, 1).map(({ name }) => name), compiler);
    return null;
  }
  return null;
}

const contains = (outer: ts.Node, inner: ts.Node): boolean => outer.pos <= inner.pos && inner.end <= outer.end;

function loopOf(bindings: readonly ts.BindingName[], compiler: Code["compiler"]): Loop | null {
  const found: string[] = [];
  const collect = (name: ts.BindingName): void => {
    if (compiler.isIdentifier(name)) found.push(name.text);
    else for (const element of name.elements) if (compiler.isBindingElement(element)) collect(element.name);
  };
  bindings.forEach(collect);
  // What stands for many at once is no element.
  return found.length === 0 || found.some((name) => /chunk|batch|page|slice|group|attempt/i.test(name)) ? null : { names: found };
}

/** The query depends on the element. */
function names(query: ts.Expression, wanted: readonly string[], { compiler }: Code): boolean {
  let found = false;
  walk(query, (node) => {
    if (compiler.isIdentifier(node) && wanted.includes(node.text)) found = true;
  });
  return found;
}

/** `.values(rows)`, `.values(order.lines.map(...))`: many rows at once. */
function isList(insert: ts.CallExpression, { compiler }: Code): boolean {
  const access = insert.parent;
  const values = compiler.isPropertyAccessExpression(access) && access.name.text === "values" && compiler.isCallExpression(access.parent) ? access.parent.arguments[0] : undefined;
  return values !== undefined && !compiler.isObjectLiteralExpression(values);
}
