// What is left of a time once an index answers: a finding's saving is what was measured without it.

import type { FindingContext, Saving } from "../finding";

/** In milliseconds, down an index and to some rows of the table, in memory: measured 0.005 to 0.02 on 15 and 18. */
const lookup = 0.02;

/** `all`: the time that so many runs took; each of them is then a lookup. Where no time was measured, `part` of the cost. */
export function savedByLookups(all: Saving, runs: number, part: number, { time }: Pick<FindingContext, "time">): Saving {
  return all.ms === null ? { ms: null, share: all.share * part } : time(Math.max(0, all.ms - runs * lookup));
}
