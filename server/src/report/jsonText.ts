/**
 * JSON with lone surrogates replaced by U+FFFD: `JSON.stringify` writes them as escapes, which strict readers
 * refuse. All other escapes, `\\` above all, are passed over whole.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.includes("\\ud") ? text.replace(/\\(?:ud[89a-f][0-9a-f]{2}|.)/g, (escape) => (escape.length === 6 && escape.startsWith("\\ud") ? "\ufffd" : escape)) : text}\n`;
}
