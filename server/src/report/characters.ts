// Characters that no format may pass on as they are: those that steer a terminal, and those that no encoding knows.

/** Every lone surrogate becomes U+FFFD: UTF-8, XML and strict JSON readers know none. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}

/**
 * Control characters become visible ones of the same length, so that a file cannot steer the terminal that shows it:
 * neither by escape sequences nor by characters that reorder the line (CVE-2021-42574). Tabs and line ends stay.
 */
export function visible(text: string): string {
  return wellFormed(text).replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/g, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\ufffd";
  });
}

/** The same on one line. */
export function oneLine(text: string): string {
  return visible(text).replace(/[ \t]*[\r\n]+[ \t]*/g, " ");
}
