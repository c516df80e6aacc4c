import type { Finding } from "./finding";
import { startOf } from "./files";

/**
 * What stays the same when lines move: the rule, the file, the object, and the words that are underlined. The second of
 * two that agree in all of it gets a number.
 */
export function fingerprints(findings: readonly Finding[], relative: (file: string) => string, text: (file: string) => string): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const { file } = finding.place.anchor;
    const start = startOf(finding.place);
    const words = text(file)
      .slice(start, start + finding.place.range.end - finding.place.range.start)
      .replace(/\s+/g, " ");
    const base = [finding.rule, relative(file), finding.object ?? "", words].join("\u0000");
    const count = seen.get(base) ?? 0;
    seen.set(base, count + 1);
    return hash(`${base}\u0000${count}`);
  });
}

/** 128 bits in hexadecimal: four rounds of FNV-1a with different offsets. Names findings apart, protects nothing. */
function hash(text: string): string {
  let digest = "";
  for (const seed of [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b]) {
    let value = seed;
    for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
    value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
    digest += (value >>> 0).toString(16).padStart(8, "0");
  }
  return digest;
}
