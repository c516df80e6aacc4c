// Findings as the command line reports them: positions as lines and characters, fixes as edits, all plain data.

import type { RuleId, Severity } from "../rules/rule";
import type { Position } from "../text/range";

export interface PositionRange {
  readonly start: Position;
  readonly end: Position;
}

export interface ReportedFinding {
  readonly rule: RuleId;
  readonly severity: Severity;
  readonly message: string;
  /** Relative to the project's root; a report makes it relative to what it needs. */
  readonly file: string;
  readonly range: PositionRange;
  readonly object: string | null;
  /** The same for the same finding after lines have moved. */
  readonly fingerprint: string;
  /** What to do: the rule's own words. */
  readonly help: string;
  readonly released: boolean;
  readonly related: readonly { readonly file: string; readonly range: PositionRange; readonly message: string }[];
  readonly fixes: readonly ReportedFix[];
}

export interface ReportedFix {
  readonly title: string;
  readonly kind: "safe" | "review";
  readonly edits: readonly ReportedEdit[];
}

export type ReportedEdit =
  | { readonly kind: "edit"; readonly file: string; readonly range: PositionRange; readonly newText: string }
  | { readonly kind: "create"; readonly file: string; readonly text: string };

export interface CheckResult {
  /** Sorted by file, position, rule. */
  readonly findings: readonly ReportedFinding[];
  readonly summary: { readonly files: number; readonly statements: number; readonly released: number; readonly pending: number; /** Findings that the baseline leaves out. */ readonly accepted: number };
  /** Files that were passed over, and why: not UTF-8, a directory, too large, unreadable. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** Faults of Plumbline's own. */
  readonly errors: readonly { readonly file: string; readonly message: string }[];
  /** The text of a file that a finding stands in, for code frames. */
  text(file: string): string | null;
}
