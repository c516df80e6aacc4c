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

/** 128 bits in hexadecimal, from four multiplicative hashes that are mixed at the end. Tells findings apart, protects nothing. */
function hash(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  let c = 0x9e3779b9;
  let d = 0x85ebca6b;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    b = Math.imul(b ^ unit, 0x5f356495);
    c = Math.imul(c ^ unit, 0x27d4eb2f);
    d = Math.imul(d ^ unit, 0x165667b1);
  }
  const mixed = [a ^ (b >>> 15), b ^ (c >>> 13), c ^ (d >>> 16), d ^ (a >>> 14)];
  return mixed.map((value) => (Math.imul(value ^ (value >>> 15), 0x2c1b3c6d) >>> 0).toString(16).padStart(8, "0")).join("");
}
