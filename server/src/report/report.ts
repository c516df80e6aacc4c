// What every format is given. A format turns it into one text, and knows nothing of files, terminals or arguments.

import type { CheckResult } from "../lint/reported";
import { severities, type Rule, type Severity } from "../rules/rule";
import type { Paint } from "./palette";

export interface ReportInput {
  /** Its files are named as the report shows them: see `relocate`. */
  readonly result: CheckResult;
  /** All rules there are, for what a format says about them. */
  readonly rules: readonly Rule[];
  /** Plumbline's own version. */
  readonly toolVersion: string;
  /** Findings from here up make the run fail. */
  readonly failOn: Severity;
  /** Information and hints are listed too, by formats that otherwise count them. */
  readonly verbose: boolean;
  readonly paint: Paint;
  /** What --fix has done before this result came about. */
  readonly applied: AppliedFixes | null;
}

export interface AppliedFixes {
  readonly fixes: number;
  /** Files that were changed or created. */
  readonly files: number;
}

export type Report = (input: ReportInput) => string;

export function atLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(threshold);
}

/** Where a rule is described, from the top of Plumbline's own folder. */
export function rulePage(rule: string): string {
  return `docs/rules/${rule}.md`;
}

export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
