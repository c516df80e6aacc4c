// A lock report in words: whole sentences for hover, one line for an inlay hint.

import type { LockReport } from "../project/lockReport";
import { blockedBy, compareModes, type LockMode } from "../locks/modes";
import { display, enumerate } from "../rules/wording";
import type { QualifiedName } from "../schema/model";

/** Markdown; null where nobody waits and nothing is read. */
export function lockText(report: LockReport): string | null {
  const said = strongest(report);
  const lines: string[] = [];
  for (const { mode, names } of said) {
    const blocks = report.concurrent ? "waits for it without blocking" : (blockedBy(mode) ?? null);
    lines.push(`Takes **${mode}** on ${code(names)}${blocks === null ? ", which lets reads and writes go on" : report.concurrent ? `, and ${blocks}` : `, which blocks ${blocks}`}.`);
  }
  const work = workWords(report);
  if (work !== null) lines.push(`${work.charAt(0).toUpperCase()}${work.slice(1)} meanwhile.`);
  else if (said.length > 0 && !report.concurrent) lines.push("Reads no rows: done as soon as it has its lock.");
  if (lines.length === 0) return null;
  if (report.held.length > 0) lines.push(`The transaction holds already: ${report.held.map(({ mode, relation }) => `${mode} on \`${display(relation)}\``).join(", ")}.`);
  const blocking = said.some(({ mode }) => blockedBy(mode) !== null) && !report.concurrent;
  if (blocking) lines.push(`${report.inTransaction ? "Held until the transaction ends" : "Held until the statement ends"}; ${timeoutWords(report.lockTimeout)}.`);
  return lines.join("  \n");
}

/** `ACCESS EXCLUSIVE orders, rewrites it`; null where there is nothing to say. */
export function lockLabel(report: LockReport): string | null {
  const said = strongest(report).filter(({ mode }) => blockedBy(mode) !== null || report.concurrent);
  const work = workWords(report, false);
  const locks = said.map(({ mode, names }) => `${mode} ${enumerate(names.map(display))}`);
  const parts = [...locks, ...(work === null ? [] : [work])];
  return parts.length === 0 ? null : parts.join(", ");
}

function strongest({ locks }: LockReport): readonly { readonly mode: LockMode; readonly names: readonly QualifiedName[] }[] {
  const modes = [...new Set(locks.map(({ mode }) => mode))].filter((mode) => mode !== "ACCESS SHARE").sort((a, b) => compareModes(b, a));
  return modes.map((mode) => ({ mode, names: locks.filter((lock) => lock.mode === mode).map(({ relation }) => relation) }));
}

const code = (names: readonly QualifiedName[]): string => enumerate(names.map((name) => `\`${display(name)}\``));

function workWords({ work }: LockReport, marked = true): string | null {
  const words = { rewrite: "rewrites", build: "reads", scan: "reads", empty: "empties" } as const;
  const parts = (["rewrite", "build", "scan", "empty"] as const).flatMap((kind) => {
    const names = work.filter((each) => each.kind === kind).map(({ relation }) => display(relation));
    if (names.length === 0) return [];
    return [`${words[kind]} ${enumerate(marked ? names.map((name) => `\`${name}\``) : names)}${kind === "build" ? " to build an index" : ""}`];
  });
  return parts.length === 0 ? null : enumerate(parts);
}

function timeoutWords(lockTimeout: number | null): string {
  if (lockTimeout === null || lockTimeout === 0) return "it waits for its lock without a limit";
  return `it waits for its lock for ${lockTimeout % 1000 === 0 ? `${lockTimeout / 1000} s` : `${lockTimeout} ms`} at most`;
}
