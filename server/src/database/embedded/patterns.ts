// Texts that a regular expression of simple form matches: literals, classes and counts one after another.

/** As SQL, different for different numbers as far as the pattern has room; `{i}` stands for the number. Null: it is not of that form. */
export function textMatching(pattern: string): string | null {
  const parts = partsOf(pattern.replace(/^\^/, "").replace(/(?<!\\)\$$/, ""));
  if (!parts) return null;
  let written: string[] = [];
  // The last part counts fastest.
  let passed = 0;
  for (const part of parts.toReversed()) {
    if (typeof part === "string") {
      written = [quoted(part), ...written];
      continue;
    }
    const { characters, count } = part;
    const digits = Math.min(count, 15);
    const number = `({i})::bigint / ${10 ** Math.min(passed, 15)} % ${10 ** digits}`;
    written = [`translate(lpad((${number})::text, ${count}, '0'), '0123456789', ${quoted(characters)})`, ...written];
    passed += digits;
  }
  return written.length === 0 ? "''" : written.join(" || ");
}

/** What LIKE matches: the number stands for the first `%`. */
export function textLike(pattern: string): string {
  const [first, ...rest] = pattern.replaceAll("_", "x").split("%");
  return rest.length === 0 ? quoted(first!) : `${quoted(first!)} || ({i})::text || ${quoted(rest.join("x"))}`;
}

/** A literal, or so many of ten characters, one for each digit. */
type Part = string | { readonly characters: string; readonly count: number };

function partsOf(pattern: string): readonly Part[] | null {
  const parts: Part[] = [];
  const element = /\\([dwsA-Za-z.\-/()[\]{}+*?^$|\\])|\[([^\]^][^\]]*)\]|([^\\[\](){}|*+?.^$])|(\.)/y;
  const counted = /\{(\d+)(?:,(\d*))?\}|([*+?])/y;
  let at = 0;
  while (at < pattern.length) {
    element.lastIndex = at;
    const found = element.exec(pattern);
    if (!found) return null;
    at = element.lastIndex;
    counted.lastIndex = at;
    const times = counted.exec(pattern);
    if (times) at = counted.lastIndex;
    const least = times ? (times[1] === undefined ? (times[3] === "+" ? 1 : 0) : Number(times[1])) : 1;
    const most = times ? (times[1] === undefined ? (times[3] === "?" ? 1 : 8) : times[2] === undefined ? least : times[2] === "" ? least + 8 : Number(times[2])) : 1;
    const characters = found[1] !== undefined ? escaped(found[1]) : found[2] !== undefined ? ofClass(found[2]) : (found[3] ?? "abcdefghij");
    if (characters === null) return null;
    // Room for numbers, where there may be some.
    const count = Math.min(most, Math.max(least, 8));
    if (characters.length > 1) parts.push({ characters: characters.repeat(10).slice(0, 10), count });
    else parts.push(characters.repeat(least));
  }
  return parts;
}

function escaped(character: string): string | null {
  if (character === "d") return "0123456789";
  if (character === "w") return "abcdefghij";
  return /[A-Za-z]/.test(character) ? null : character;
}

/** Up to ten characters of a class such as A-Z0-9_. */
function ofClass(text: string): string | null {
  let characters = "";
  for (let i = 0; i < text.length && characters.length < 10; i++) {
    if (text[i] === "\\" && text[i + 1] !== undefined) {
      const set = escaped(text[++i]!);
      if (set === null) return null;
      characters += set;
    } else if (text[i + 1] === "-" && text[i + 2] !== undefined) {
      for (let code = text.charCodeAt(i); code <= text.charCodeAt(i + 2) && characters.length < 10; code++) characters += String.fromCharCode(code);
      i += 2;
    } else characters += text[i]!;
  }
  return [...new Set(characters)].join("").slice(0, 10);
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
