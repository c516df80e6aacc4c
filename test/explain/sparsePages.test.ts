import { describe, expect, it } from "vitest";
import { resultOf } from "./plans";

interface Scan {
  readonly output?: string;
  readonly filter?: string;
  readonly cost?: number;
  readonly loops?: number;
}

const isSaid = ({ output, filter, cost = 30_000, loops = 1 }: Scan): boolean =>
  resultOf(`Seq Scan on notes  (cost=0.00..${cost}.00 rows=5000 width=40) (actual time=0.010..200.000 rows=5000 loops=${loops})\n${output === undefined ? "" : `  Output: ${output}\n`}${filter === undefined ? "" : `  Filter: ${filter}\n`}  Buffers: shared hit=10000 read=15000\nExecution Time: 201.000 ms\n`).findings.some(({ rule }) => rule === "plan/sparse-pages");

describe("a table that looks empty, where the server does not tell", () => {
  it("is one where the scan hands its columns on", () => {
    expect(isSaid({ output: "id, body, n.\"Mixed\"" })).toBe(true);
    for (const filter of ["(id > 5)", "((done = true) AND (id <> '5'::bigint))", "(at >= '2025-01-01 00:00:00+00'::timestamp with time zone)", "(id = ANY ('{1,2}'::integer[]))", "(NOT done)", "(body IS NOT NULL)"]) expect(isSaid({ output: "id, body", filter }), filter).toBe(true);
  });

  it("may be full where it looks into values that are kept apart", () => {
    for (const output of ["id, (body ->> 'kind'::text)", "(body || 'x'::text)", "length(body)"]) expect(isSaid({ output }), output).toBe(false);
    for (const filter of ["(body ~~ '%x%'::text)", "((body ->> 'kind'::text) = 'a'::text)", "(body @> '{\"a\": 1}'::jsonb)", "(body = 'x'::text)", "(body = other)", "((id > 5) AND (body = $1))", "((id > 5) OR (body ~~ '%x%'::text))"]) expect(isSaid({ output: "id", filter }), filter).toBe(false);
  });

  it("is held against what the planner counted, where the plan does not say what is read", () => {
    expect(isSaid({})).toBe(true);
    expect(isSaid({ filter: "(body ~~ '%x%'::text)" })).toBe(true);
    expect(isSaid({ cost: 5_000 })).toBe(false);
    expect(isSaid({ cost: 15_000, loops: 2 })).toBe(true);
  });
});
