// The configuration file's JSON schema with every rule in it, and the extension's settings.

import { configurationSchema } from "../src/project/configurationSchema";
import type { Rule } from "../src/rules/rule";

const severity = { enum: ["error", "warning", "info", "hint", "off"], type: "string" };

export function configurationJsonSchema(rules: readonly Rule[]): object {
  return { ...configurationSchema, definitions: { ...configurationSchema.definitions, rules: rulesSchema(rules) } };
}

function rulesSchema(rules: readonly Rule[]): object {
  return {
    description: configurationSchema.definitions.rules.description,
    type: "object",
    properties: Object.fromEntries([...rules].sort((a, b) => (a.id < b.id ? -1 : 1)).map((rule) => [rule.id, ruleSchema(rule)])),
    additionalProperties: { anyOf: [severity, { type: "array", minItems: 1, maxItems: 2 }] },
  };
}

function ruleSchema(rule: Rule): object {
  const options = Object.fromEntries(
    Object.entries(rule.options ?? {}).map(([name, option]) => [
      name,
      { type: option.type, description: option.description, default: option.default, ...(option.enum ? { enum: option.enum } : {}), ...(option.items ? { items: option.items } : {}) },
    ]),
  );
  return {
    description: `${rule.summary} (recommended: ${rule.severity.recommended}, strict: ${rule.severity.strict})`,
    default: rule.severity.recommended,
    anyOf: [severity, { type: "array", items: [severity, { type: "object", properties: options, additionalProperties: false }], minItems: 1, maxItems: 2 }],
  };
}

interface Manifest {
  contributes: {
    configuration: { title: string; order?: number; properties: Record<string, unknown> }[];
    jsonValidation?: { fileMatch: string; url: string }[];
  };
}

/** package.json with the settings that are derived from the rules; what was written by hand stays. */
export function extensionSettings(text: string, rules: readonly Rule[]): string {
  const manifest = JSON.parse(text) as Manifest;
  const title = "Plumbline: rules";
  const section = {
    title,
    order: 2,
    properties: {
      "plumbline.preset": {
        type: "string",
        enum: configurationSchema.properties.preset.enum,
        enumDescriptions: configurationSchema.properties.preset.enumDescriptions,
        default: "recommended",
        scope: "resource",
        order: 1,
        markdownDescription: "The severities that rules start from. A project's `plumbline.json` wins over this setting.",
      },
      "plumbline.rules": {
        scope: "resource",
        order: 2,
        default: {},
        markdownDescription: "Severities by rule, or `[severity, options]`: `{\"index/unindexed-foreign-key\": \"error\"}`. A project's `plumbline.json` wins over this setting.",
        ...rulesSchema(rules),
        description: undefined,
      },
      "plumbline.postgresVersion": {
        type: ["integer", "null"],
        minimum: 15,
        default: null,
        scope: "resource",
        order: 3,
        markdownDescription: "The Postgres version that migrations are judged for. A project's `plumbline.json` wins over this setting.",
      },
      "plumbline.showReleased": {
        type: "boolean",
        default: false,
        scope: "resource",
        order: 4,
        markdownDescription: "Show migration findings of released migrations too, as information.",
      },
    },
  };
  manifest.contributes.configuration = [...manifest.contributes.configuration.filter((other) => other.title !== title), section];
  manifest.contributes.jsonValidation = [{ fileMatch: "plumbline.json", url: "./client/plumbline.schema.json" }];
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
