// The statements that functions run within another: auto_explain tells the plan of each as a notice. A statement that is
// run a thousand times is kept once, with the slowest of its plans.

export interface NestedStatement {
  readonly query: string;
  /** How often it was run. */
  readonly calls: number;
  /** In milliseconds, of all calls. */
  readonly totalMs: number;
  readonly slowestMs: number;
  /** Of the slowest call, as auto_explain's JSON has it. */
  readonly plan: string;
}

/** Different statements; a function that puts literals into its SQL makes one of each call. */
const mostStatements = 200;
/** In UTF-16 code units. */
const largestPlan = 4_000_000;

const message = /^duration: ([\d.]+) ms {2}plan:\s*(\{.*)$/s;
const queryText = /^\{\s*"Query Text": ("(?:[^"\\]|\\.)*")/;

export interface RanWithin {
  /** The one that took most comes first. */
  readonly statements: readonly NestedStatement[];
  /** How often others were run, which are left out. */
  readonly left: number;
}

export class NestedStatements {
  private readonly found = new Map<string, NestedStatement>();
  private left = 0;

  private readonly outer: ReadonlySet<string>;

  /** `outer`: the statement that they run within, which is told like all others; and what it was prepared from. */
  constructor(outer: readonly string[]) {
    this.outer = new Set(outer.map((each) => each.trim()));
  }

  /** Of a notice that is none of auto_explain's, nothing is kept. */
  add(notice: string): void {
    const [, duration, plan] = message.exec(notice) ?? [];
    const text = plan === undefined ? undefined : queryText.exec(plan)?.[1];
    if (plan === undefined || text === undefined || plan.length > largestPlan) return;
    const query = JSON.parse(text) as string;
    if (this.outer.has(query.trim())) return;
    const before = this.found.get(query);
    if (before === undefined && this.found.size >= mostStatements) {
      this.left++;
      return;
    }
    const ms = Number(duration);
    const isSlowest = before === undefined || ms > before.slowestMs;
    this.found.set(query, { query, calls: (before?.calls ?? 0) + 1, totalMs: (before?.totalMs ?? 0) + ms, slowestMs: isSlowest ? ms : before.slowestMs, plan: isSlowest ? plan : before.plan });
  }

  get all(): RanWithin {
    return { statements: [...this.found.values()].sort((a, b) => b.totalMs - a.totalMs), left: this.left };
  }
}
