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
  /** How many plans come behind this one. */
  readonly others: number;
}

const measures = String.raw`\((?:cost=|actual (?:time|rows)=|never executed\))`;
export const measured = new RegExp(measures);
const openMeasure = /\((?:c(?:o(?:s(?:t(?:=[^)]*)?)?)?)?|a(?:c(?:t(?:u(?:a(?:l(?: [^)]*)?)?)?)?)?)?)?$/;
const nodeTypes =
  /^\s*(?:Parallel |Async )*(?:(?:Partial |Finalize )?(?:Aggregate|GroupAggregate|HashAggregate|MixedAggregate)|(?:Seq|Sample|Tid|Tid Range|Subquery|Function|Table Function|Values|CTE|Named Tuplestore|WorkTable|Foreign|Custom|Bitmap Heap|Bitmap Index) Scan|Index (?:Only )?Scan|Foreign (?:Insert|Update|Delete)|Nested Loop(?: \w+){0,2}(?: Join)?|(?:Hash|Merge)(?: \w+){0,2} Join|(?:Hash)?SetOp(?: (?:Except|Intersect)(?: All)?)?|Hash|Result|ProjectSet|(?:Merge )?Append|Recursive Union|Bitmap(?:And|Or)|Gather(?: Merge)?|(?:Incremental )?Sort|Group|WindowAgg|Unique|LockRows|Limit|Materialize|Memoize|Insert|Update|Delete|Merge)(?= on | using |$| {1,2}\(| Backward)/;

const footer = /^\s*\(\d+ rows?\)\s*$/;
const noise = /^(?:Time: [\d.]+ ms.*|\w+[=-][#>*!](?:\s.*)?|(?:EXPLAIN|QUERY PLAN))$/;

/** Null: there is no plan in it. */
export function textLines(lines: readonly string[]): TextLines | null {
  const root = rootLine(lines);
  if (root < 0) return null;
  const [queryText, queryParameters] = beforePlan(lines.slice(0, root));
  const end = lines.findIndex((line, i) => i > root && footer.test(line));
  const own = lines.slice(root, end < 0 ? undefined : end);
  return { queryText, queryParameters, lines: joined(own), others: plansBehind(own) };
}

const longestMeasure = 120;

/** A node's line that was cut within its measures. */
function endsInMeasure(line: string): boolean {
  return openMeasure.test(line.slice(-longestMeasure));
}

function rootLine(lines: readonly string[]): number {
  const first = lines.findIndex((line) => line.includes("(") && measured.test(line));
  // A plan without measures is looked for where a person would begin to copy it.
  if (first < 0) return lines.slice(0, 1000).findIndex((line) => nodeTypes.test(line));
  // The root's own line may be wrapped before its measures, or within them.
  const cut = lines.slice(0, first).findIndex((line) => nodeTypes.test(line) && endsInMeasure(line));
  if (cut >= 0) return cut;
  const before = lines.slice(0, first).findLastIndex((line) => line.trim() !== "");
  return before >= 0 && !/^\s*->/.test(lines[first]!) && !nodeTypes.test(lines[first]!) && nodeTypes.test(lines[before]!) ? before : first;
}

/** A rewritten statement has several plans, with an empty line before the next. */
function plansBehind(lines: readonly string[]): number {
  return lines.filter((line, i) => i > 0 && nodeTypes.test(line) && lines[i - 1]!.trim() === "").length;
}

function beforePlan(lines: readonly string[]): readonly [queryText: string | null, queryParameters: string | null] {
  const text = lines.join("\n").trim();
  const match = /^Query Text: (.*?)(?:\nQuery Parameters: (.*))?$/s.exec(text);
  return match === null ? [null, null] : [match[1]!, match[2] ?? null];
}

const heading = /^\s*(?:InitPlan|SubPlan|CTE) \S/;
const label = /^(\s*)([A-Z][^:='"<>]{0,60}?|[a-z]\w*\.\w+):(?:\s|$)/;
const target = /^\s+(?:Foreign )?(?:Insert|Update|Delete|Merge) on \S/;
const trigger = /^\s*Trigger .*: (?:time=[\d.]+ )?calls=\d+$/;
const statementLabel = /^(?:Planning(?: [Tt]ime)?|Execution [Tt]ime|Total runtime|Query Identifier|Plan Identifier|Settings|JIT|Serialization)$/;

/** What a newer Postgres or an extension says below the tree: "Generated Plan Advice:", "RTI 1 (relation, in-from-clause):". */
const otherLabel = /^[A-Z]\w*(?: \w+| \([\w, -]+\))*$/;

/** `isWhole`: what stands before it does not go on. */
function begins(line: string, rootIndent: number, isWhole: boolean): boolean {
  if (/^\s*->/.test(line) || heading.test(line) || target.test(line) || trigger.test(line)) return true;
  const match = label.exec(line);
  return match !== null && (match[1]!.length > rootIndent || statementLabel.test(match[2]!) || (isWhole && otherLabel.test(match[2]!)));
}

/** A label at the root's own column: what is further in belongs to it, line by line. */
function isSection(line: string, indent: number, rootIndent: number): boolean {
  return indent === rootIndent && line.endsWith(":") && otherLabel.test(line.slice(0, -1));
}

/** A line that stands where the properties of `node` do: what extensions say there without a label is not the rest of the node's own. */
function isBelowNode(line: string, node: string, indent: number, rootIndent: number): boolean {
  const isNode = node.startsWith("->") || (indent === rootIndent && nodeTypes.test(node));
  return isNode && indentOf(line) === indent + (indent === rootIndent ? 2 : 6) && !line.trimStart().startsWith("(");
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
  // Of `current`, which is not looked at whole again for each line that goes on with it.
  let tail = last.slice(-longestMeasure);
  let open = openAfter(current);
  let ended = false;
  let section = false;
  const add = (): void => void result.push({ indent, text: current.trimEnd() });
  for (const line of lines.slice(1)) {
    const within = open.quote === "'" && !(/^\s*->/.test(line) && measured.test(line));
    if (!within) {
      if (line.trim() === "") ended = true;
      if (line.trim() === "" || noise.test(line.trim())) continue;
      const isWhole = open.quote === "" && open.parentheses === 0 && !/[,=]$/.test(last);
      // The first line below it; more is the rest of a wrapped one.
      const isFirst = current.length <= last.length;
      section = (section || (isFirst && isSection(current, indent, rootIndent))) && indentOf(line) > rootIndent;
      if (section || begins(line, rootIndent, isWhole) || (isFirst && isWhole && isBelowNode(line, current, indent, rootIndent))) {
        add();
        [indent, current, last, ended] = [indentOf(line), line.trimStart(), line, false];
        tail = line.slice(-longestMeasure);
        open = openAfter(current);
        continue;
      }
      // Behind an empty line other text stands, not the rest of a wrapped one.
      if (ended) break;
    }
    // A line that was cut at the terminal's width goes on where it ended.
    if (endsInMeasure(tail)) current += line.trimStart();
    else current += within && !(cut && last.length === width) ? `\n${line}` : last.length === width ? line : ` ${line.trimStart()}`;
    last = line;
    tail = (tail + line.trimStart()).slice(-longestMeasure);
    open = openAfter(line, open);
  }
  add();
  return result;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

interface Open {
  /** A literal's, or that of a name, which may have an apostrophe in it. */
  readonly quote: string;
  readonly parentheses: number;
}

/** What is still open after a text. */
function openAfter(text: string, before: Open = { quote: "", parentheses: 0 }): Open {
  let { quote, parentheses } = before;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === "'" || character === '"') quote = character;
    else if (character === "(") parentheses++;
    else if (character === ")") parentheses--;
  }
  return { quote, parentheses };
}
