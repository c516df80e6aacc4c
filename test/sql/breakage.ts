import { SqlDocument } from "../../server/src/sql/document";
import type { SqlParser } from "../../server/src/sql/parser";

/** What a hand slips into a file, or out of it. */
export const breakages = ["missing ;", "'", '"', "/*", "(", "$$", "half a word"] as const;
export type Breakage = (typeof breakages)[number];

export interface Survival {
  /** Statements that the edit did not touch, and how many of them are still read. */
  readonly untouched: number;
  readonly read: number;
  /** Milliseconds of each update. */
  readonly times: readonly number[];
}

/** Breaks each file at up to `samples` places, one at a time, and counts what is still read right after. */
export function survival(texts: readonly string[], breakage: Breakage, samples: number, parser: SqlParser): Survival {
  let untouched = 0;
  let read = 0;
  const times: number[] = [];
  for (const text of texts) {
    const whole = new SqlDocument("a.sql", text, parser);
    if (whole.problems.length > 0 || whole.statements.length < 4) continue;
    const step = Math.max(1, Math.floor(whole.statements.length / samples));
    for (let i = 0; i < whole.statements.length - 1; i += step) {
      const target = whole.statements[i]!;
      const broken = breakAt(text, target.start, target.parsed.text.length, breakage, i);
      if (broken === null) continue;
      const document = new SqlDocument("a.sql", text, parser);
      const start = performance.now();
      document.update(broken);
      times.push(performance.now() - start);
      const good = new Map<string, number>();
      for (const { parsed } of document.statements) if (parsed.node !== null) good.set(parsed.text, (good.get(parsed.text) ?? 0) + 1);
      for (const statement of whole.statements) {
        if (statement === target) continue;
        untouched++;
        const left = good.get(statement.parsed.text) ?? 0;
        if (left > 0) {
          read++;
          good.set(statement.parsed.text, left - 1);
        }
      }
    }
  }
  return { untouched, read, times };
}

function breakAt(text: string, start: number, length: number, breakage: Breakage, seed: number): string | null {
  if (breakage === "missing ;") {
    const end = text.indexOf(";", start + length);
    return end < 0 ? null : text.slice(0, end) + text.slice(end + 1);
  }
  // Between two words of the statement.
  const spaces = [...text.slice(start, start + length).matchAll(/ /g)].map((space) => start + space.index);
  const at = spaces[(seed * 7) % Math.max(1, spaces.length)] ?? start;
  if (breakage === "half a word") return text.slice(0, at) + text.slice(at + 3);
  return `${text.slice(0, at)} ${breakage} ${text.slice(at + 1)}`;
}
