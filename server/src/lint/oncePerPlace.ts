import type { Finding } from "./finding";
import { startOf } from "./files";

/**
 * Columns and policies that many tables share are written once in code: what a rule says of that place for each table is
 * said of the first, with how many others there are.
 */
export function oncePerPlace(findings: readonly Finding[]): readonly Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { place } = finding;
    const key = `${finding.rule} ${startOf(place)} ${place.range.end - place.range.start}`;
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()].map(([first, ...others]) => {
    if (others.length === 0) return first!;
    const tables = others.length === 1 ? "one other table" : `${others.length} other tables`;
    return { ...first!, message: `${first!.message} The same code makes ${tables} so.` };
  });
}
