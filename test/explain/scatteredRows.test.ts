import { describe, expect, it } from "vitest";
import { explainResult } from "../../server/src/explain/explainResult";
import { told } from "../../server/src/explain/findings/finding";
import { findingRules } from "../../server/src/explain/findings/index.generated";
import { readPlan } from "../../server/src/explain/readPlan";
import type { ServerStatistics } from "../../server/src/explain/statistics";
import { replay } from "../schema/replay/replay";

const [example] = findingRules.find(({ id }) => id === "plan/scattered-rows")!.examples;

function found(change: (plan: string) => string = (plan) => plan, { migration, statistics = null }: { readonly migration?: string; readonly statistics?: ServerStatistics | null } = {}): readonly { readonly sql: string | null; readonly advice: string }[] {
  const schema = migration === undefined ? null : replay(migration).view;
  return explainResult(readPlan(change(example!.plan)).plan, { server: { version: null, kind: "file" }, query: null, notes: [], schema, statistics }).findings.filter(({ rule }) => rule === "plan/scattered-rows");
}
const table = (type: string): string => `CREATE TABLE sales (id int PRIMARY KEY, customer_id int, cents ${type}, note text);\nCREATE INDEX ON sales (customer_id);\n`;
const written = (modified: number, dead = 0): ServerStatistics => told({ name: "sales", counted: { live: 300_000, dead, modified } });

describe("rows that lie apart", () => {
  it("have a covering index proposed where the table is known to be written little", () => {
    expect(found(undefined, { statistics: written(1000) })).toMatchObject([{ sql: "CREATE INDEX ON sales (customer_id) INCLUDE (cents);" }]);
    for (const statistics of [null, written(100_000), written(0, 90_000)]) expect(found(undefined, { statistics })).toMatchObject([{ sql: null, advice: expect.stringContaining("not written all the time: CREATE INDEX ON sales (customer_id) INCLUDE (cents).") as string }]);
  });

  it("are not answered by an index that the server has without the column", () => {
    const index = (name: string, definition: string, keys: readonly string[]): ServerStatistics["relations"][number]["indexes"][number] => ({ name, definition, method: "btree", unique: false, partial: false, valid: true, constraint: null, keys, bytes: null, scans: 0 });
    const plain = index("plain", "CREATE INDEX plain ON public.sales USING btree (customer_id)", ["customer_id"]);
    const covering = index("covering", "CREATE INDEX covering ON public.sales USING btree (customer_id) INCLUDE (id, cents)", ["customer_id"]);
    const counted = { live: 300_000, dead: 0, modified: 0 };
    expect(found(undefined, { statistics: told({ name: "sales", counted, indexes: [plain] }) })).toMatchObject([{ sql: "CREATE INDEX ON sales (customer_id) INCLUDE (cents);" }]);
    expect(found(undefined, { statistics: told({ name: "sales", counted, indexes: [plain, covering] }) })).toMatchObject([{ sql: null, advice: expect.stringMatching(/^The index covering is there/) as string }]);
  });

  it("have none for what may be long, and another that is there is named", () => {
    for (const type of ["int", "numeric(12, 2)", "varchar(20)", "timestamptz"]) expect(found(undefined, { migration: table(type) }), type).toHaveLength(1);
    for (const type of ["text", "jsonb", "varchar(2000)", "int[]"]) expect(found(undefined, { migration: table(type) }), type).toEqual([]);
    expect(found(undefined, { migration: `${table("int")}CREATE INDEX covering ON sales (customer_id, cents);` })).toMatchObject([{ sql: "VACUUM sales;", advice: expect.stringMatching(/^The index covering has what is asked for: VACUUM/) as string }]);
  });

  it("are not said of where they lie together, are wide, or the columns are not told", () => {
    expect(found((plan) => plan.replaceAll("4825", "300").replaceAll("4832", "307"))).toEqual([]);
    expect(found((plan) => plan.replace("rows=5300 width=4", "rows=5300 width=400"))).toEqual([]);
    expect(found((plan) => plan.replaceAll(/^ *Output: .*\n/gm, ""))).toEqual([]);
    expect(found((plan) => plan.replace("Output: sum(cents)", "Output: sum(cents), count(sales.*)"))).toEqual([]);
    expect(found((plan) => plan.replace("Output: sum(cents)", "Output: max(note), sum(cents)"), { migration: table("int") })).toEqual([]);
  });

  it("take a plain index scan by the pages that it asked for", () => {
    const scan = (pages: number): string => `Index Scan using sales_customer_id_idx on public.sales s  (cost=0.42..9000.00 rows=5000 width=4) (actual time=0.050..60.000 rows=5000 loops=1)\n  Output: s.cents\n  Index Cond: (s.customer_id = 7)\n  Buffers: shared hit=${pages}\nExecution Time: 60.500 ms\n`;
    expect(found(() => scan(5020))).toHaveLength(1);
    expect(found(() => scan(400))).toEqual([]);
  });
});
