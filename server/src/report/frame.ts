// The lines of a file that a finding is about, with carets under its exact range.

import type { PositionRange } from "../lint/reported";
import { cellsOf, type Cell } from "./cells";
import { visible } from "./characters";
import type { Paint, Style } from "./palette";

/** Columns of source that are shown; a longer line is cut around the range. */
const maximumWidth = 120;
/** Columns kept before the range where a line is cut. */
const lead = 20;

export interface Frame {
  /** Width of the gutter's numbers, for what is printed below the frame. */
  readonly gutter: number;
  readonly lines: readonly string[];
}

/** `lines` are those of the file, without their ends. */
export function codeFrame(lines: readonly string[], range: PositionRange, paint: Paint, style: Style): Frame {
  const first = Math.min(range.start.line, lines.length - 1);
  const last = Math.min(lastLine(range), lines.length - 1);
  const gutter = String(last + 1).length;
  const shown = last - first < 3 ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : [first, null, last];
  const bar = paint("faint", `${" ".repeat(gutter)} |`);
  const result = [bar];
  for (const number of shown) {
    if (number === null) {
      result.push(paint("faint", "...".padEnd(gutter)));
      continue;
    }
    const line = lines[number] ?? "";
    const from = number === range.start.line ? range.start.character : indentation(line);
    const to = number === range.end.line ? range.end.character : line.length;
    const { source, carets } = underlined(line, from, Math.max(from, to));
    result.push(`${paint("faint", `${String(number + 1).padStart(gutter)} |`)}${source === "" ? "" : ` ${source}`}`);
    result.push(`${bar} ${carets.padding}${paint(style, carets.carets)}`);
  }
  return { gutter, lines: result };
}

/** A range that ends at a line's beginning says nothing of that line. */
function lastLine({ start, end }: PositionRange): number {
  return end.line > start.line && end.character === 0 ? end.line - 1 : end.line;
}

function indentation(line: string): number {
  return /^\s*/.exec(line)![0].length;
}

/** One line, and what stands below it. `from` and `to` are UTF-16 offsets in the line. */
function underlined(line: string, from: number, to: number): { source: string; carets: { padding: string; carets: string } } {
  // Cells of a very long line are looked at only around the range; a character is seldom more than four units.
  const offset = from > 4_000 ? from - 2_000 : 0;
  const cells = cellsOf(visible(line.slice(offset, from + 4_000)));
  const begin = from - offset;
  const end = Math.min(to, from + 4_000) - offset;
  const before = cells.filter((cell) => cell.start + cell.length <= begin);
  const marked = cells.slice(before.length).filter((cell) => cell.start < Math.max(end, begin + 1));
  const total = width(cells);
  let cut = 0;
  if (offset > 0 || total > maximumWidth) {
    const start = width(before);
    if (offset > 0 || start + Math.min(width(marked), maximumWidth / 2) > maximumWidth) cut = skip(before, Math.max(0, start - lead));
  }
  const kept = cells.slice(cut);
  const fit = take(kept, maximumWidth);
  const more = fit < kept.length || line.length > from + 4_000;
  const prefix = cut > 0 ? "…" : "";
  const padding = width(before.slice(cut)) + prefix.length;
  const room = Math.max(1, width(kept.slice(0, fit)) + prefix.length - padding);
  return {
    source: (prefix + kept.slice(0, fit).map((cell) => cell.text).join("") + (more ? "…" : "")).trimEnd(),
    carets: { padding: " ".repeat(padding), carets: "^".repeat(Math.min(Math.max(1, width(marked)), room)) },
  };
}

const width = (cells: readonly Cell[]): number => cells.reduce((sum, cell) => sum + cell.width, 0);

/** How many cells are passed over to leave out at least `columns`. */
function skip(cells: readonly Cell[], columns: number): number {
  let sum = 0;
  const at = cells.findIndex((cell) => (sum += cell.width) > columns);
  return at === -1 ? cells.length : at;
}

/** How many cells fit into `columns`. */
function take(cells: readonly Cell[], columns: number): number {
  let sum = 0;
  const at = cells.findIndex((cell) => (sum += cell.width) > columns);
  return at === -1 ? cells.length : at;
}
