import { describe, expect, it } from "vitest";
import { accept, entriesFor, printBaseline, type BaselineEntry } from "../../server/src/lint/baseline";
import type { Finding } from "../../server/src/lint/finding";

const finding = (rule: string, object: string | null = null): Finding => ({
  rule: rule as Finding["rule"],
  severity: "warning",
  message: "",
  place: { anchor: { file: "/a.sql", start: 0 }, range: { start: 0, end: 1 } },
  object,
  related: [],
  released: false,
  proposals: [],
  subject: null,
});
const entry = (fingerprint: string, count = 1): BaselineEntry => ({ rule: "schema/x", file: "a.sql", object: null, fingerprint, count });

describe("accepting", () => {
  const [a, b, c] = [finding("schema/x"), finding("schema/x"), finding("schema/y")];

  it("leaves out as many equal findings as an entry counts, the first ones", () => {
    expect(accept([a, b, c], ["f", "f", "g"], [entry("f")])).toMatchObject({ kept: [b, c], accepted: 1, left: new Map() });
    expect(accept([a, b, c], ["f", "f", "g"], [entry("f", 2)])).toMatchObject({ kept: [c], accepted: 2, left: new Map() });
  });

  it("tells what is left of an entry", () => {
    const [one, two] = [entry("f", 3), entry("h")];
    const { kept, left } = accept([a, b, c], ["f", "f", "g"], [one, two]);
    expect(kept).toEqual([c]);
    expect([...left]).toEqual([[one, 1], [two, 1]]);
  });

  it("adds up entries of one fingerprint, as a merge leaves them", () => {
    expect(accept([a, b, c], ["f", "f", "g"], [entry("f"), entry("f")])).toMatchObject({ kept: [c], left: new Map() });
  });

  it("counts equal findings, and takes none about the configuration or the baseline itself", () => {
    const findings = [a, b, finding("schema/y", "public.t"), finding("lint/configuration"), finding("lint/stale-baseline")];
    expect(entriesFor("a.sql", findings, ["f", "f", "g", "h", "i"])).toEqual([
      { rule: "schema/x", file: "a.sql", object: null, fingerprint: "f", count: 2 },
      { rule: "schema/y", file: "a.sql", object: "public.t", fingerprint: "g", count: 1 },
    ]);
  });

  it("is written sorted, one line an entry", () => {
    const entries: BaselineEntry[] = [
      { rule: "schema/y", file: "b.sql", object: "public.t", fingerprint: "2", count: 1 },
      { rule: "schema/x", file: "b.sql", object: 'public."', fingerprint: "3", count: 2 },
      { rule: "schema/z", file: "a.sql", object: null, fingerprint: "1", count: 1 },
    ];
    expect(printBaseline(entries)).toBe(`{
  "version": 1,
  "findings": [
    {"rule":"schema/z","file":"a.sql","fingerprint":"1","count":1},
    {"rule":"schema/x","file":"b.sql","object":"public.\\"","fingerprint":"3","count":2},
    {"rule":"schema/y","file":"b.sql","object":"public.t","fingerprint":"2","count":1}
  ]
}
`);
    expect(printBaseline([])).toBe('{\n  "version": 1,\n  "findings": []\n}\n');
  });
});
