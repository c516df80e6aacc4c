// Where a query names something, for the page that marks it and for the editor that underlines it.

/** The query in pieces: words that are one of `names` (as `plain` gives them) are marked; strings and comments are left alone. */
export function marked(text: string, names: ReadonlySet<string>): { text: string; marked: boolean }[] {
  const parts: { text: string; marked: boolean }[] = [];
  const token = /'(?:[^']|'')*'|\$(\w*)\$[^]*?\$\1\$|--[^\n]*|\/\*[^]*?\*\/|"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*|[^'"$\-/\p{L}_]+|[^]/gu;
  for (const [piece] of text.matchAll(token)) {
    const isMarked = names.has(plain(piece)) && !piece.startsWith("'");
    const last = parts.at(-1);
    if (last?.marked === isMarked) last.text += piece;
    else parts.push({ text: piece, marked: isMarked });
  }
  return parts;
}

/** A name as Postgres keeps it. */
export const plain = (name: string): string => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase());
