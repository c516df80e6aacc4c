import type { ReportedFinding } from "../lint/reported";

/**
 * The findings that are not in `base`. Equal ones are counted, since a fingerprint holds no line: of three where there
 * were two, the last is the new one.
 */
export function newSince(findings: readonly ReportedFinding[], base: readonly ReportedFinding[]): readonly ReportedFinding[] {
  const known = new Map<string, number>();
  for (const { fingerprint } of base) known.set(fingerprint, (known.get(fingerprint) ?? 0) + 1);
  return findings.filter(({ fingerprint }) => {
    const left = known.get(fingerprint) ?? 0;
    known.set(fingerprint, left - 1);
    return left <= 0;
  });
}
