// The editor's settings, as one folder has them.

import type { Connection } from "vscode-languageserver";
import type { RuleSetting } from "../lint/settings";

export interface EditorSettings {
  readonly preset: "recommended" | "strict";
  readonly rules: Readonly<Record<string, RuleSetting>>;
  readonly postgresVersion: number | null;
  readonly showReleased: boolean;
  readonly hover: boolean;
  readonly lockHints: boolean;
  readonly explainLenses: boolean;
}

export const defaultSettings: EditorSettings = { preset: "recommended", rules: {}, postgresVersion: null, showReleased: false, hover: true, lockHints: false, explainLenses: true };

/** Asks the client; what is not of the right form falls back to the default. */
export async function readSettings(connection: Connection, supported: boolean, scopeUri: string): Promise<EditorSettings> {
  if (!supported) return defaultSettings;
  const value: unknown = await connection.workspace.getConfiguration({ scopeUri, section: "plumbline" });
  if (typeof value !== "object" || value === null) return defaultSettings;
  const given = value as Record<string, unknown>;
  const hover = given["hover"] as { enable?: unknown } | undefined;
  const explain = given["explain"] as { codeLens?: unknown } | undefined;
  const inlayHints = given["inlayHints"] as { locks?: unknown } | undefined;
  return {
    preset: given["preset"] === "strict" ? "strict" : "recommended",
    rules: rulesOf(given["rules"]),
    postgresVersion: typeof given["postgresVersion"] === "number" ? given["postgresVersion"] : null,
    showReleased: given["showReleased"] === true,
    hover: hover?.enable !== false,
    lockHints: inlayHints?.locks === true,
    explainLenses: explain?.codeLens !== false,
  };
}

const levels = new Set(["error", "warning", "info", "hint", "off"]);

function rulesOf(value: unknown): Record<string, RuleSetting> {
  if (typeof value !== "object" || value === null) return {};
  const rules: Record<string, RuleSetting> = {};
  for (const [id, setting] of Object.entries(value)) {
    if (typeof setting === "string" && levels.has(setting)) rules[id] = setting as RuleSetting;
    else if (Array.isArray(setting) && levels.has(String(setting[0]))) rules[id] = [setting[0], (setting[1] ?? {}) as Record<string, unknown>] as unknown as RuleSetting;
  }
  return rules;
}
