// How wide a text stands in a terminal.

/** What a terminal shows as one character. */
export interface Cell {
  readonly text: string;
  /** UTF-16 offset in the line, and length. */
  readonly start: number;
  readonly length: number;
  /** Columns that it takes: 0, 1 or 2; a tab as many as lead to the next stop. */
  readonly width: number;
}

const tabStop = 4;
const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const ascii = /^[\t\x20-\x7e]*$/;

/** The cells of one line without its end; a tab is already given as spaces. */
export function cellsOf(line: string): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  const add = (text: string, start: number): void => {
    const tab = text === "\t";
    const width = tab ? tabStop - (column % tabStop) : widthOf(text);
    cells.push({ text: tab ? " ".repeat(width) : text, start, length: text.length, width });
    column += width;
  };
  if (ascii.test(line)) for (let at = 0; at < line.length; at++) add(line.charAt(at), at);
  else for (const { segment, index } of segmenter.segment(line)) add(segment, index);
  return cells;
}

/** Blocks of Unicode's EastAsianWidth.txt that are Wide or Fullwidth as a whole, or nearly. */
const wide = /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;
const none = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

function widthOf(grapheme: string): number {
  if (none.test(grapheme)) return 0;
  // U+FE0F asks for the picture instead of the sign.
  return wide.test(grapheme) || grapheme.includes("\ufe0f") ? 2 : 1;
}
