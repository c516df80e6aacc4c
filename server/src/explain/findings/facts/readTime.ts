// What reading pages took, where track_io_timing was on.

import { inputsOf } from "./rows";
import type { FindingContext } from "../finding";
import type { PlanNode } from "../../plan";
import { numberOf } from "../../properties";

/** Of a node itself, in milliseconds of the clock; null: it was not measured. */
export function readMsOf(node: PlanNode, measures: FindingContext["measures"]): number | null {
  const all = inclusive(node);
  if (all === null) return null;
  const below = inputsOf(node).reduce((sum, child) => sum + (inclusive(child) ?? 0), 0);
  // Processes read beside each other, and each counts its own.
  return Math.max(0, all - below) / measures(node).processes;
}

/** Shared and local pages: "I/O Read Time" before 17. Temporary files are no cache. */
function inclusive({ properties }: PlanNode): number | null {
  const times = ["I/O Read Time", "Shared I/O Read Time", "Local I/O Read Time"].flatMap((name) => numberOf(properties, name) ?? []);
  return times.length === 0 ? null : times.reduce((sum, time) => sum + time, 0);
}
