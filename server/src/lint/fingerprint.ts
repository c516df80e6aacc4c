import type { Finding } from "./finding";
import { startOf } from "./files";

type Relative = (file: string) => string;
type Text = (file: string) => string;

/**
 * What stays the same when lines move: the rule, the file, the object, and the words that are underlined. The second of
 * two that agree in all of it gets a number.
 */
export function fingerprints(findings: readonly Finding[], relative: Relative, text: Text): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const base = baseOf(finding, relative, text);
    const count = seen.get(base) ?? 0;
    seen.set(base, count + 1);
    return numbered(base, count);
  });
}

/** For findings that agree in all of it, the fingerprint of the first. */
export function sharedFingerprints(findings: readonly Finding[], relative: Relative, text: Text): readonly string[] {
  return findings.map((finding) => numbered(baseOf(finding, relative, text), 0));
}

function baseOf({ rule, object, place }: Finding, relative: Relative, text: Text): string {
  const { file } = place.anchor;
  const start = startOf(place);
  const words = text(file)
    .slice(start, start + place.range.end - place.range.start)
    .replace(/\s+/g, " ");
  return [rule, relative(file), object ?? "", words].join("\u0000");
}

const numbered = (base: string, count: number): string => hash(`${base}\u0000${count}`);

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
