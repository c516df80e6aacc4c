import { readFileSync, readdirSync } from "node:fs";

/** Resident memory of a process and its children now, in MiB; NaN where the system has no /proc. */
export function treeMemory(pid: number): number {
  try {
    return tree(pid).reduce((sum, each) => sum + kibibytes(each, "VmRSS"), 0) / 1024;
  } catch {
    return Number.NaN;
  }
}

function kibibytes(pid: number, field: string): number {
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
}

function tree(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number));
  return [pid, ...children.flatMap(tree)];
}
