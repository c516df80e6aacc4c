// Where a statement names what a node of its plan works on.

/** Strings, dollar quotes, comments, quoted names, words. */
const token = /'(?:[^']|'')*'|\$(\w*)\$[^]*?\$\1\$|--[^\n]*|\/\*[^]*?\*\/|"((?:[^"]|"")+)"|[\p{L}_][\p{L}\p{N}_$]*/gu;

/** UTF-16 offsets of the first place where `sql` has the relation's name; null: nowhere. `relation` is as a plan has it: `public.orders`, `"Orders"`. */
export function blamedPart(sql: string, relation: string): { readonly start: number; readonly end: number } | null {
  const name = lastName(relation);
  for (const match of sql.matchAll(token)) {
    const quoted = match[2]?.replaceAll('""', '"');
    const word = quoted ?? (/^[\p{L}_]/u.test(match[0]) ? match[0].toLowerCase() : null);
    if (word === name) return { start: match.index, end: match.index + match[0].length };
  }
  return null;
}

function lastName(relation: string): string {
  const quoted = /"((?:[^"]|"")+)"$/.exec(relation)?.[1];
  return quoted?.replaceAll('""', '"') ?? relation.slice(relation.lastIndexOf(".") + 1);
}
