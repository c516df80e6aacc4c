// Every way in which something can come out, by trying each answer to each question that comes up on the way.

/** Answers with one of `count`, always the same for a key within one try. */
export type Choose = (key: string, count: number) => number;

/** More tries than 12 atoms need are not made. */
const tryLimit = 4096;

/**
 * Runs `attempt` once for every combination of answers. Stops, with the value, at the first that gives one; null if none
 * does; "too many" if the limit is reached before.
 */
export function firstOutcome<T>(attempt: (choose: Choose) => T | null): T | "too many" | null {
  // The answers of the last try, in the order in which they were asked for.
  const path: { readonly key: string; answer: number; readonly count: number }[] = [];
  for (let tries = 0; tries < tryLimit; tries++) {
    const answers = new Map<string, number>();
    let asked = 0;
    const value = attempt((key, count) => {
      const known = answers.get(key);
      if (known !== undefined) return known;
      if (asked === path.length) path.push({ key, answer: 0, count });
      const { answer } = path[asked++]!;
      answers.set(key, answer);
      return answer;
    });
    if (value !== null) return value;
    while (path.length > 0 && path.at(-1)!.answer + 1 === path.at(-1)!.count) path.pop();
    const last = path.at(-1);
    if (last === undefined) return null;
    last.answer++;
  }
  return "too many";
}
