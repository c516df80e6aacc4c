import { describe, expect, it } from "vitest";
import { computedCalls } from "../../server/src/explain/findings/facts/calls";
import type { PlanNode } from "../../server/src/explain/plan";
import { resultOf } from "./plans";

const calls = (...output: readonly string[]): readonly (readonly [string, boolean])[] => {
  const node: PlanNode = { path: "0", type: "Seq Scan", parent: null, properties: { Output: output }, children: [] };
  return computedCalls(node).map(({ name, builtIn }) => [name, builtIn] as const);
};

describe("what a node calls", () => {
  it("is no modifier of a type", () => {
    expect(calls("(name)::character varying(200)", "(v)::vector(1536)", "(code)::bpchar(3)", "(total)::numeric(10,2)", "(b)::bit varying(5)", "(i)::interval day to second(3)", "(at)::timestamp(3) without time zone", "(g)::public.geometry(Point,4326)", '(x)::"My type"(2)')).toEqual([]);
    expect(calls("(spent(id))::numeric(10,2) || ''")).toEqual([["spent", false]]);
  });

  it("is told from what Postgres brings, and what is cheap of that is left out", () => {
    expect(calls("regexp_replace(body, 'a(b'::text, ''::text)", "shop.lower(name)", "XMLFOREST(body AS body)")).toEqual([["regexp_replace", true], ["shop.lower", false], ["XMLFOREST", true]]);
    expect(calls("lower(name)", '"substring"(body, 1, 9)', '"left"(body, 3)', "COALESCE(a, b)", "EXTRACT(year FROM at)", "pg_catalog.upper(name)", "(a = ANY (b))")).toEqual([]);
    // Not by how they begin.
    expect(calls("hash_password(name)", "variant_price(id)")).toEqual([["hash_password", false], ["variant_price", false]]);
  });
});

describe("the advice for a function that is called for each row", () => {
  const advice = (output: string): string | undefined =>
    resultOf(`Seq Scan on public.notes  (cost=0.00..133.00 rows=500 width=12) (actual time=0.100..900.000 rows=500 loops=1)\n  Output: ${output}\nExecution Time: 900.500 ms\n`).findings.find(({ rule }) => rule === "plan/function-per-row")?.advice;

  it("can be followed", () => {
    expect(advice("regexp_replace(body, 'x'::text, ''::text)")).toMatch(/^It is one of Postgres's own\. Compute it once, in a generated column/);
    expect(advice("spent(id)")).toMatch(/^Write what it does as a join/);
    expect(advice("regexp_replace(body, 'x'::text, ''::text), spent(id)")).toMatch(/^Write what it does as a join/);
    expect(advice("id, (body)::character varying(200)")).toBeUndefined();
  });
});
