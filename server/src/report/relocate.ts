// A result names files from the project's root; a report names them from the current folder, or from the repository's root.

import type { CheckResult, ReportedEdit } from "../lint/reported";

/** The same result with every file named by `shown`, which must give different files different names. */
export function relocate(result: CheckResult, shown: (file: string) => string): CheckResult {
  const original = new Map<string, string>();
  const rename = (file: string): string => {
    const name = shown(file);
    original.set(name, file);
    return name;
  };
  const moved = <T extends { readonly file: string }>(each: T): T => ({ ...each, file: rename(each.file) });
  return {
    findings: result.findings
      .map((finding) => ({
        ...moved(finding),
        related: finding.related.map(moved),
        fixes: finding.fixes.map((fix) => ({ ...fix, edits: fix.edits.map((edit): ReportedEdit => moved(edit)) })),
      }))
      // Still by position and rule within a file: the sort is stable.
      .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)),
    summary: result.summary,
    skipped: result.skipped.map(moved),
    errors: result.errors.map(moved),
    text: (name) => result.text(original.get(name) ?? name),
  };
}

/** `to` as seen from the folder `from`, both absolute with `/` between names: `../db/a.sql`. On another drive: `to` itself. */
export function relativeFrom(from: string, to: string): string {
  const there = to.split("/");
  const here = from.replace(/\/$/, "").split("/");
  if (there[0] !== here[0]) return to;
  let common = 0;
  while (common < here.length && common < there.length && here[common] === there[common]) common += 1;
  return [...here.slice(common).map(() => ".."), ...there.slice(common)].join("/") || ".";
}
