// FORMAT TEXT as lines that mean something: what a terminal or a mail program has wrapped is put together again, and so
// is a literal with line ends in it.

/** Of one line: how far it is indented, in blanks, and the rest. */
export interface TextLine {
  readonly indent: number;
  readonly text: string;
}

export interface TextLines {
  /** Of auto_explain, before the plan. */
  readonly queryText: string | null;
  readonly queryParameters: string | null;
  /** From the root's on. */
  readonly lines: readonly TextLine[];
}

const measures = String.raw`\((?:cost=[\d.]+\.\.|actual (?:time|rows)=|never executed\))`;
export const measured = new RegExp(measures);
const nodeTypes =
  /^\s*(?:Parallel |Async )*(?:(?:Partial |Finalize )?(?:Aggregate|GroupAggregate|HashAggregate|MixedAggregate)|(?:Seq|Sample|Tid|Tid Range|Subquery|Function|Table Function|Values|CTE|Named Tuplestore|WorkTable|Foreign|Custom|Bitmap Heap|Bitmap Index) Scan|Index (?:Only )?Scan|Foreign (?:Insert|Update|Delete)|Nested Loop(?: \w+){0,2}(?: Join)?|(?:Hash|Merge)(?: \w+){0,2} Join|Hash(?:SetOp)?|SetOp|Result|ProjectSet|(?:Merge )?Append|Recursive Union|Bitmap(?:And|Or)|Gather(?: Merge)?|(?:Incremental )?Sort|Group|WindowAgg|Unique|LockRows|Limit|Materialize|Memoize|Insert|Update|Delete|Merge)(?= on | using |$| \(| Backward)/;

const footer = /^\s*\(\d+ rows?\)\s*$/;
const noise = /^(?:Time: [\d.]+ ms.*|\w+[=-][#>*!](?:\s.*)?|(?:EXPLAIN|QUERY PLAN))$/;

/** Null: there is no plan in it. */
export function textLines(lines: readonly string[]): TextLines | null {
  const root = rootLine(lines);
  if (root < 0) return null;
  const [queryText, queryParameters] = beforePlan(lines.slice(0, root));
  const end = lines.findIndex((line, i) => i > root && footer.test(line));
  return { queryText, queryParameters, lines: joined(lines.slice(root, end < 0 ? undefined : end)) };
}

function rootLine(lines: readonly string[]): number {
  const first = lines.findIndex((line) => line.includes("(") && measured.test(line));
  // A plan without measures is looked for where a person would begin to copy it.
  if (first < 0) return lines.slice(0, 1000).findIndex((line) => nodeTypes.test(line));
  // The root's own line may be wrapped before its measures.
  const before = lines.slice(0, first).findLastIndex((line) => line.trim() !== "");
  return before >= 0 && !/^\s*->/.test(lines[first]!) && !nodeTypes.test(lines[first]!) && nodeTypes.test(lines[before]!) ? before : first;
}

function beforePlan(lines: readonly string[]): readonly [queryText: string | null, queryParameters: string | null] {
  const text = lines.join("\n").trim();
  const match = /^Query Text: (.*?)(?:\nQuery Parameters: (.*))?$/s.exec(text);
  return match === null ? [null, null] : [match[1]!, match[2] ?? null];
}

const heading = /^\s*(?:InitPlan|SubPlan|CTE) \S/;
const label = /^(\s*)([A-Z][^:='"<>]{0,60}?):(?:\s|$)/;
const target = /^\s+(?:Foreign )?(?:Insert|Update|Delete|Merge) on \S/;
const trigger = /^\s*Trigger .*: (?:time=[\d.]+ )?calls=\d+$/;
const statementLabel = /^(?:Planning(?: [Tt]ime)?|Execution [Tt]ime|Total runtime|Query Identifier|Plan Identifier|Settings|JIT|Serialization)$/;

function begins(line: string, rootIndent: number): boolean {
  if (/^\s*->/.test(line) || heading.test(line) || target.test(line) || trigger.test(line)) return true;
  const match = label.exec(line);
  return match !== null && (match[1]!.length > rootIndent || statementLabel.test(match[2]!));
}

function joined(lines: readonly string[]): TextLine[] {
  const rootIndent = indentOf(lines[0]!);
  const width = lines.reduce((most, line) => Math.max(most, line.length), 0);
  const result: TextLine[] = [];
  // Where a terminal cut lines, several are of its width; else the end of a line in a literal is its own.
  const cut = lines.filter((line) => line.length === width).length > 1;
  let current = lines[0]!.trimStart();
  let indent = rootIndent;
  let last = lines[0]!;
  let quote = quoteAfter(current, "");
  let ended = false;
  const add = (): void => void result.push({ indent, text: current.trimEnd() });
  for (const line of lines.slice(1)) {
    const within = quote === "'" && !(/^\s*->/.test(line) && measured.test(line));
    if (!within) {
      if (line.trim() === "") ended = true;
      if (line.trim() === "" || noise.test(line.trim())) continue;
      if (begins(line, rootIndent)) {
        add();
        [indent, current, last, ended] = [indentOf(line), line.trimStart(), line, false];
        quote = quoteAfter(current, "");
        continue;
      }
      // Behind an empty line other text stands, not the rest of a wrapped one.
      if (ended) break;
    }
    // A line that was cut at the terminal's width goes on where it ended.
    current += within && !(cut && last.length === width) ? `\n${line}` : last.length === width ? line : ` ${line.trimStart()}`;
    last = line;
    quote = quoteAfter(line, quote);
  }
  add();
  return result;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** The quote that is open after a text, if any: a literal's, or that of a name, which may have an apostrophe in it. */
function quoteAfter(text: string, before: string): string {
  if (before === "" && !text.includes("'")) return "";
  let quote = before;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (quote === "") quote = character === "'" || character === '"' ? character : "";
    else if (character === quote) quote = "";
  }
  return quote;
}
