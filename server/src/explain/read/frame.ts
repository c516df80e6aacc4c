// What programs put around a plan: psql's table, a CSV cell's quotes, a line of the server's log.

import { PlanError } from "../planError";

/** In UTF-16 code units: what an editor may hand over, and what is read within a few seconds. */
const longest = 64 * 1024 * 1024;

/**
 * The plan's own lines, without their ends.
 *
 * @throws PlanError if this is no text, or more of it than can be a plan
 */
export function unframed(text: string): readonly string[] {
  if (text.length > longest) throw new PlanError(`This is ${Math.round(text.length / 1024 / 1024)} MB of text: more than the ${longest / 1024 / 1024} MB that are read as a plan.`);
  if (text.includes("\0")) throw new PlanError("This is not text: it has bytes in it that no plan has.");
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  return unquoted(table(expanded(uncommented(logged(lines)))));
}

/** In a comment of SQL or of code, or quoted in a mail: the mark stands before the plan's own lines. */
function uncommented(lines: readonly string[]): readonly string[] {
  const sign = lines.find((line) => line.includes("(") && /\((?:cost=|actual )/.test(line));
  const mark = sign === undefined ? undefined : /^\s*(--|#|\/\/|>)(?=\s)/.exec(sign)?.[1];
  if (mark === undefined) return lines;
  return lines.flatMap((line) => {
    const own = line.trimStart();
    return own.startsWith(mark) ? [own.slice(mark.length).replace(/^ /, "")] : [];
  });
}

const logged = (lines: readonly string[]): readonly string[] => {
  const first = lines.findIndex((line) => line.includes("plan:") && /\bduration: [\d.]+ ms {2}plan:/.test(line));
  if (first < 0) return lines;
  const [, before = "", behind = ""] = /^(.*?)duration: [\d.]+ ms {2}plan:(.*)$/.exec(lines[first]!)!;
  const rest = lines.slice(first + 1);
  // In csvlog the message is a cell of its own.
  if (before.endsWith('"')) return csvCell([behind, ...rest]);
  // Lines that a message goes on with begin with a tab (log_error_verbosity and prefixes do not change that).
  const indented = rest[0]?.startsWith("\t") === true;
  const end = rest.findIndex((line) => (indented ? !line.startsWith("\t") : /\bduration: [\d.]+ ms\b/.test(line)));
  const own = end < 0 ? rest : rest.slice(0, end);
  return [...(behind.trim() === "" ? [] : [behind.trim()]), ...own.map((line) => line.replace(/^\t/, ""))];
};

/** Up to the quote that ends it; a quote in it is written twice. */
function csvCell(lines: readonly string[]): readonly string[] {
  const text = lines.join("\n");
  const end = /(?<!")(?:"")*"(?!")/.exec(text);
  return (end === null ? text : text.slice(0, end.index + end[0].length - 1)).replaceAll('""', '"').split("\n").filter((line, i) => i > 0 || line.trim() !== "");
}

/** psql's `\x`: "QUERY PLAN | Seq Scan on t". */
function expanded(lines: readonly string[]): readonly string[] {
  if (!lines.some((line) => line.includes("RECORD") && /^[-─+┌├╔╠═]{1,3}\[ RECORD \d+ \]/.test(line))) return lines;
  return lines.flatMap((line) => {
    const bar = /^(?:[|│║] (?=QUERY PLAN|  ))?(?:QUERY PLAN)?\s*[|│║] ?/.exec(line)?.[0];
    if (bar === undefined) return [];
    const cell = line.slice(bar.length).trimEnd();
    return [withoutEnd(/^[|│║]/.test(bar) ? withoutEnd(cell, "|│║") : cell, "+↵")];
  });
}

const header = /^[-|│║]*\s*"?QUERY PLAN"?\s*[-|│║]*$/;
const rule = /^\s*[-+|─═┌├└╔╠╚┐┤┘╗╣╝╞╡╟╢╒╕╘╛╓╖╙╜]{4,}\s*$/;
const footer = /^\s*\(\d+ rows?\)\s*$/;

/** Of a table with one column. A query that calls EXPLAIN in a function gives it another name. */
function headerLine(lines: readonly string[]): number {
  const named = lines.findIndex((line) => line.includes("QUERY PLAN") && header.test(line.trim()));
  return named >= 0 ? named : lines.findIndex((line, i) => lines[i + 1]?.startsWith("----") === true && /^-+\s*$/.test(lines[i + 1]!) && /^\s*[\w"][\w ".]*$/.test(line) && lines.slice(i + 2).some((each) => footer.test(each)));
}

/** psql's aligned table with any border, and those of clients that draw alike. */
function table(lines: readonly string[]): readonly string[] {
  const top = headerLine(lines);
  const bars = lines.filter((line) => line.trim() !== "");
  const barred = bars.length > 0 && bars.every((line) => /^\s*[|│║]/.test(line) || rule.test(line) || footer.test(line));
  if (top < 0 && !barred) return onlyCell(lines);
  const end = lines.findIndex((line, i) => i > top && footer.test(line));
  const body = lines.slice(top + 1, end < 0 ? undefined : end);
  const cells = body.filter((line) => !rule.test(line));
  if (cells.length === body.length && cells.some((line) => line.startsWith('"'))) return csvRows(cells);
  const within = cells.filter((line) => line.trim() !== "");
  const framed = within.every((line) => /^\s*[|│║]/.test(line));
  const closed = within.every((line) => /[|│║]$/.test(line.trimEnd()));
  // With the default border a cell begins behind one blank.
  const blank = !framed && within.every((line) => /^[ .…]/.test(line));
  const continued = within.some((line) => /[+↵][|│║]?$/.test(line.trimEnd()));
  return unwrapped(blank ? cells : [], cells).map((line) => {
    let cell = framed ? line.replace(/^\s*[|│║] ?/, "") : blank ? line.slice(1) : line;
    cell = cell.trimEnd();
    if (closed) cell = withoutEnd(cell, "|│║");
    return continued ? withoutEnd(cell, "+↵") : cell;
  });
}

/** `\pset format wrapped`: a line that goes on begins with the mark that the one before it ends with. */
function unwrapped(wrapped: readonly string[], lines: readonly string[]): readonly string[] {
  if (!wrapped.some((line) => /^[.…]/.test(line))) return lines;
  const result: string[] = [];
  for (const line of wrapped) {
    const before = result.at(-1);
    if (before !== undefined && /^[.…]/.test(line) && /[.…]$/.test(before)) result[result.length - 1] = before.slice(0, -1) + line.slice(1);
    else result.push(line);
  }
  return result;
}

/** `\pset tuples_only` leaves the header out: of a cell of several lines all but the last end with the mark. */
function onlyCell(lines: readonly string[]): readonly string[] {
  const within = lines.filter((line) => line.trim() !== "");
  if (within.length < 2 || !within.slice(0, -1).every((line) => /[+↵]$/.test(line.trimEnd()))) return lines;
  return within.map((line) => withoutEnd(line.trimEnd(), "+↵").replace(/^ /, ""));
}

/** Rows of one column; one with a quote, a comma or a line's end in it stands in quotes. */
function csvRows(lines: readonly string[]): readonly string[] {
  const rows: string[] = [];
  let open: string | null = null;
  for (const line of lines) {
    if (open === null && !line.startsWith('"')) rows.push(line);
    else {
      open = open === null ? line.slice(1) : `${open}\n${line}`;
      const quotes: number = open.length - open.replaceAll('"', "").length;
      if (quotes % 2 === 0) continue;
      rows.push(...open.replace(/"\s*$/, "").replaceAll('""', '"').split("\n"));
      open = null;
    }
  }
  return open === null ? rows : [...rows, open];
}

/** Without one of these characters at its end, and the blanks before that. */
function withoutEnd(text: string, characters: string): string {
  return text !== "" && characters.includes(text.at(-1)!) ? text.slice(0, -1).trimEnd() : text;
}

/** Each line in quotes, as pgAdmin copies them, or all of it in one pair. */
function unquoted(lines: readonly string[]): readonly string[] {
  const own = lines.filter((line) => line.trim() !== "");
  // Its third version wrote apostrophes, and none twice.
  if (own.length > 0 && own.every((line) => /^'.*'\s*$/.test(line))) return own.map((line) => line.trimEnd().slice(1, -1));
  const [first] = own;
  if (first === undefined || !first.trimStart().startsWith('"')) return lines;
  if (own.every((line) => /^\s*".*"\s*$/.test(line))) return own.map((line) => line.trim().slice(1, -1).replaceAll('""', '"'));
  const text = own.join("\n").trim();
  return text.endsWith('"') ? text.slice(1, -1).replaceAll('""', '"').split("\n") : lines;
}
