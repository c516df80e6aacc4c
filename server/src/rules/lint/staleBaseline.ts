import { bad, defineRule, good, sql } from "../rule";

const file = ".plumbline-baseline.json";
const table = "CREATE TABLE staging (code text);";
const entry = (fingerprint: string, count = 1): string => `{"rule":"schema/missing-primary-key","file":"migrations/0002_example.sql","object":"public.staging","fingerprint":"${fingerprint}","count":${count}}`;
const baseline = (...entries: readonly string[]): Readonly<Record<string, string>> => ({ [file]: `{\n  "version": 1,\n  "findings": [\n    ${entries.join(",\n    ")}\n  ]\n}\n` });
/** Of the finding about `table`. */
const known = "a01de92e959410b0fb3a377382f5b2e8";

export default defineRule({
  id: "lint/stale-baseline",
  on: "engine",
  summary: "The baseline accepts a finding that is not there any more.",
  why: "An entry that outlives its finding accepts the next one that looks the same, and the baseline seems to hold more debt than there is.",
  whatToDo: "Remove the entry; `plumbline baseline --prune` removes all that are stale. An entry goes stale when the finding was mended, when its words or its object were changed, or when its migration was released and is not judged any more.",
  whenNotToUse: "Turn it off where one baseline serves several configurations, and an entry is of use only in one of them. Entries of rules that are off are never reported.",
  severity: { recommended: "info", strict: "warning" },
  fix: "safe",
  sources: ["plumbline:baseline"],
  examples: [
    bad(sql`CREATE TABLE staging (code text PRIMARY KEY);`, {
      title: "The finding was mended",
      file,
      beside: baseline(entry(known)),
      at: entry(known),
      message: "schema/missing-primary-key about public.staging is not found in migrations/0002_example.sql any more: the entry can go.",
    }),
    bad(table, {
      title: "One of two is left",
      file,
      beside: baseline(entry(known, 2)),
      at: entry(known, 2),
      message: "schema/missing-primary-key about public.staging is found once in migrations/0002_example.sql, not 2 times: the count can go down.",
    }),
    good(table, { title: "An accepted finding", beside: baseline(entry(known)) }),
    good(sql`CREATE TABLE staging (code text PRIMARY KEY);`, { title: "No baseline" }),
  ],
});
