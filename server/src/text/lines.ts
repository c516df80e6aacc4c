import type { Position } from "./range";

const LF = 10;
const CR = 13;

/** Offsets and LSP positions of one text. A line ends at \n, \r\n or \r, as LSP says. All units are UTF-16. */
export class LineIndex {
  private readonly starts: Uint32Array;

  constructor(readonly text: string) {
    this.starts = lineStarts(text);
  }

  get lineCount(): number {
    return this.starts.length;
  }

  /** The offset of a line's first character; a line past the end is the text's end. */
  lineStart(line: number): number {
    return line < 0 ? 0 : (this.starts[line] ?? this.text.length);
  }

  /** An offset outside the text is moved to its nearest end; one between \r and \n is on the line that they end. */
  positionAt(offset: number): Position {
    const at = Math.min(Math.max(offset, 0), this.text.length);
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: at - this.starts[low]! };
  }

  /** A character past the line's end is the line's end, before its terminator, as LSP says. */
  offsetAt(position: Position): number {
    if (position.line < 0) return 0;
    const start = this.starts[position.line];
    if (start === undefined) return this.text.length;
    const next = this.starts[position.line + 1];
    let end = next ?? this.text.length;
    if (next !== undefined) {
      end -= 1;
      if (this.text.charCodeAt(end) === LF && end > start && this.text.charCodeAt(end - 1) === CR) end -= 1;
    }
    return Math.min(start + Math.max(position.character, 0), end);
  }
}

function lineStarts(text: string): Uint32Array {
  const starts = [0];
  // Most files hold no \r at all: then the native search alone does the work.
  if (!text.includes("\r")) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    return Uint32Array.from(starts);
  }
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === LF) starts.push(at + 1);
    else if (code === CR) {
      if (text.charCodeAt(at + 1) === LF) at++;
      starts.push(at + 1);
    }
  }
  return Uint32Array.from(starts);
}
