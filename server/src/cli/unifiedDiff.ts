// The difference of two texts as `git apply` and `patch -p1` take it.

const context = 3;
/** Above it the lines between the first and the last difference are given as one change: the answer stays right. */
const maximumDistance = 2_000;

/** `name` is relative to the current folder; `before` null: a new file. Empty where nothing differs. */
export function unifiedDiff(name: string, before: string | null, after: string): string {
  const a = linesOf(before ?? "");
  const b = linesOf(after);
  const hunks = grouped(changesOf(a, b));
  if (hunks.length === 0) return "";
  const from = before === null ? "/dev/null" : written(`a/${name}`);
  return `--- ${from}\n+++ ${written(`b/${name}`)}\n${hunks.map((hunk) => hunkText(hunk, a, b)).join("")}`;
}

/** With their ends; the last one may have none. */
function linesOf(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

/** Git quotes names with special characters, and closes one that holds a space with a tab. */
function written(name: string): string {
  if (/["\\]|[^\x20-\x7e\u0080-\uffff]/.test(name)) return JSON.stringify(name);
  return name.includes(" ") ? `${name}\t` : name;
}

/** Lines `aStart` to `aEnd` of the one become `bStart` to `bEnd` of the other. */
interface Span {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

function changesOf(a: readonly string[], b: readonly string[]): Span[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let aEnd = a.length;
  let bEnd = b.length;
  while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) {
    aEnd -= 1;
    bEnd -= 1;
  }
  if (start === aEnd && start === bEnd) return [];
  const matches = commonLines(a.slice(start, aEnd), b.slice(start, bEnd));
  const spans: Span[] = [];
  let x = start;
  let y = start;
  for (const [i, j] of [...matches.map(([i, j]) => [i + start, j + start] as const), [aEnd, bEnd] as const]) {
    if (i > x || j > y) spans.push({ aStart: x, aEnd: i, bStart: y, bEnd: j });
    x = i + 1;
    y = j + 1;
  }
  return spans;
}

/** Pairs of equal lines in order, as many as there can be (Myers, "An O(ND) Difference Algorithm", 1986). */
function commonLines(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const trace: Map<number, number>[] = [];
  let furthest = new Map<number, number>([[1, 0]]);
  for (let d = 0; d <= Math.min(a.length + b.length, maximumDistance); d++) {
    trace.push(furthest);
    furthest = new Map(furthest);
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1));
      let x = down ? (furthest.get(k + 1) ?? 0) : (furthest.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      furthest.set(k, x);
      if (x >= a.length && x - k >= b.length) return backtrack(trace, a.length, b.length);
    }
  }
  return [];
}

function backtrack(trace: readonly Map<number, number>[], aLength: number, bLength: number): (readonly [number, number])[] {
  const matches: (readonly [number, number])[] = [];
  let x = aLength;
  let y = bLength;
  for (let d = trace.length - 1; d >= 0; d--) {
    const furthest = trace[d]!;
    const k = x - y;
    const down = k === -d || (k !== d && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1));
    const previous = down ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : (furthest.get(previous) ?? 0);
    const fromY = d === 0 ? 0 : fromX - previous;
    while (x > fromX && y > fromY) {
      x -= 1;
      y -= 1;
      matches.push([x, y]);
    }
    x = fromX;
    y = fromY;
  }
  return matches.reverse();
}

/** Changes whose context would meet stand in one hunk. */
function grouped(spans: readonly Span[]): Span[][] {
  const hunks: Span[][] = [];
  for (const span of spans) {
    const last = hunks.at(-1)?.at(-1);
    if (last && span.aStart - last.aEnd <= 2 * context) hunks.at(-1)!.push(span);
    else hunks.push([span]);
  }
  return hunks;
}

function hunkText(spans: readonly Span[], a: readonly string[], b: readonly string[]): string {
  const first = spans[0]!;
  const last = spans.at(-1)!;
  const lead = Math.min(context, first.aStart);
  const trail = Math.min(context, a.length - last.aEnd);
  const aStart = first.aStart - lead;
  const bStart = first.bStart - lead;
  const lines: string[] = [];
  let at = aStart;
  for (const span of spans) {
    for (const line of a.slice(at, span.aStart)) lines.push(` ${line}`);
    for (const line of a.slice(span.aStart, span.aEnd)) lines.push(`-${line}`);
    for (const line of b.slice(span.bStart, span.bEnd)) lines.push(`+${line}`);
    at = span.aEnd;
  }
  for (const line of a.slice(at, at + trail)) lines.push(` ${line}`);
  const body = lines.map((line) => (line.endsWith("\n") ? line : `${line}\n\\ No newline at end of file\n`)).join("");
  return `@@ -${extent(aStart, last.aEnd + trail)} +${extent(bStart, last.bEnd + trail)} @@\n${body}`;
}

/** Line numbers count from 1, and an empty extent names the line before it. */
function extent(start: number, end: number): string {
  const length = end - start;
  return `${length === 0 ? start : start + 1}${length === 1 ? "" : `,${length}`}`;
}
