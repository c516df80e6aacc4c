// Which rules speak, how loud, and where: presets, the project's configuration, overrides by path.

import picomatch from "picomatch";
import type { Rule, RuleId, Severity } from "../rules/rule";

export type Preset = "recommended" | "strict";
export type RuleSetting = Severity | "off" | readonly [Severity | "off", Readonly<Record<string, unknown>>];

/** The part of plumbline.json (and of the editor's settings) that is about rules. */
export interface LintConfiguration {
  readonly preset: Preset;
  readonly rules: Readonly<Record<string, RuleSetting>>;
  readonly overrides: readonly { readonly files: readonly string[]; readonly rules: Readonly<Record<string, RuleSetting>> }[];
  readonly suppressions: readonly { readonly rule: string; readonly object: string; readonly reason?: string }[];
  /** `migration/*` findings of released versions are shown too, as information. */
  readonly showReleased: boolean;
}

interface Setting {
  readonly severity: Severity | "off";
  readonly options: Readonly<Record<string, unknown>>;
}

export const defaultLintConfiguration: LintConfiguration = { preset: "recommended", rules: {}, overrides: [], suppressions: [], showReleased: false };

export class LintSettings {
  private readonly byId = new Map<string, Rule>();
  private readonly overrides: readonly { readonly matches: (file: string) => boolean; readonly rules: Readonly<Record<string, RuleSetting>> }[];
  /** The files that the same overrides are for share one. */
  private readonly perOverrides = new Map<string, ReadonlyMap<RuleId, Setting>>();
  private readonly perFile = new Map<string, ReadonlyMap<RuleId, Setting>>();

  constructor(
    readonly rules: readonly Rule[],
    readonly configuration: LintConfiguration = defaultLintConfiguration,
    /** A file's path as the globs of `overrides` mean it: relative to plumbline.json's folder. */
    private readonly relative: (file: string) => string = (file) => file,
  ) {
    for (const rule of rules) {
      this.byId.set(rule.id, rule);
      for (const alias of rule.aliases ?? []) this.byId.set(alias, rule);
    }
    this.overrides = configuration.overrides.map((override) => ({ matches: picomatch([...override.files], { dot: true }), rules: override.rules }));
  }

  /** The rule of an id or of one of its old ids. */
  rule(id: string): Rule | undefined {
    return this.byId.get(id);
  }

  severity(rule: Rule, file: string): Severity | "off" {
    return this.of(rule, file).severity;
  }

  options(rule: Rule, file: string): Readonly<Record<string, unknown>> {
    return this.of(rule, file).options;
  }

  /** The configuration itself says something of the rule for this file. */
  isConfigured(rule: Rule, file: string): boolean {
    const ids = [rule.id, ...(rule.aliases ?? [])];
    const layers = [this.configuration.rules, ...this.overrides.filter((override) => override.matches(this.relative(file))).map((override) => override.rules)];
    return layers.some((layer) => ids.some((id) => layer[id] !== undefined));
  }

  suppresses(rule: RuleId, object: string | null): boolean {
    return object !== null && this.configuration.suppressions.some((suppression) => this.rule(suppression.rule)?.id === rule && covers(suppression.object, object));
  }

  private of(rule: Rule, file: string): Setting {
    let settings = this.perFile.get(file);
    if (!settings) {
      if (this.perFile.size > 10_000) this.perFile.clear();
      settings = this.shared(file);
      this.perFile.set(file, settings);
    }
    return settings.get(rule.id)!;
  }

  private shared(file: string): ReadonlyMap<RuleId, Setting> {
    const matching = this.overrides.filter((override) => override.matches(this.relative(file)));
    const key = matching.map((override) => this.overrides.indexOf(override)).join();
    let settings = this.perOverrides.get(key);
    if (!settings) {
      const layers = [this.configuration.rules, ...matching.map((override) => override.rules)];
      settings = new Map(this.rules.map((rule) => [rule.id, this.compute(rule, layers)]));
      this.perOverrides.set(key, settings);
    }
    return settings;
  }

  private compute(rule: Rule, layers: readonly Readonly<Record<string, RuleSetting>>[]): Setting {
    let severity: Severity | "off" = rule.severity[this.configuration.preset];
    let options: Record<string, unknown> = Object.fromEntries(Object.entries(rule.options ?? {}).map(([name, schema]) => [name, schema.default]));
    for (const layer of layers) {
      for (const id of [...(rule.aliases ?? []), rule.id]) {
        const setting = layer[id];
        if (setting === undefined) continue;
        if (typeof setting === "string") severity = setting;
        else {
          severity = setting[0];
          options = { ...options, ...setting[1] };
        }
      }
    }
    return { severity, options };
  }
}

/** `public.events` covers the table and its columns. */
function covers(suppressed: string, object: string): boolean {
  return object === suppressed || object.startsWith(`${suppressed}.`);
}
