import { oldestPostgresVersion } from "./grammars";
import type { JsonSchema } from "./jsonSchema";
import { toolIds } from "./tools/toolIds";

/**
 * plumbline.json, without the list of rules: the generator puts each rule with its options and words into
 * `definitions.rules`, for completion and hover. Reading needs no such list, since lint/ judges rule names.
 */
export const configurationSchema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "Plumbline's configuration",
  type: "object",
  additionalProperties: false,
  properties: {
    $schema: { type: "string" },
    preset: {
      enum: ["recommended", "strict"],
      enumDescriptions: ["Quiet enough to leave on.", "More rules, and higher severities."],
      type: "string",
      default: "recommended",
      description: "The severities that rules start from.",
    },
    postgresVersion: { $ref: "#/definitions/postgresVersion" },
    rules: { $ref: "#/definitions/rules" },
    overrides: {
      description: "Other severities and options for some files. Where several entries match a file, the last one wins.",
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["files", "rules"],
        properties: {
          files: { $ref: "#/definitions/globs", description: "Globs, relative to this file's folder: \"db/legacy/**\"." },
          rules: { $ref: "#/definitions/rules" },
        },
      },
    },
    ignore: {
      $ref: "#/definitions/globs",
      description: "Files that are neither read nor judged. Globs relative to this file's folder; one without a slash matches at any depth.",
    },
    suppressions: {
      description: "Findings that are accepted, by object instead of by line.",
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["rule", "object", "reason"],
        properties: {
          rule: { type: "string", minLength: 1, description: "The rule's id." },
          object: { type: "string", minLength: 1, description: "The object as findings name it: \"public.events\", \"public.events.user_id\"." },
          reason: { type: "string", minLength: 1, description: "Why it is accepted." },
        },
      },
    },
    baseline: {
      description: "The file of accepted findings that `plumbline baseline` writes, relative to this file's folder; false: none. Without this key: .plumbline-baseline.json, if it is there.",
      default: ".plumbline-baseline.json",
      anyOf: [{ type: "string", minLength: 1 }, { type: "boolean", enum: [false] }],
    },
    databases: {
      description: "The databases whose migrations live here. Without this key they are found by their folders.",
      type: "array",
      items: { $ref: "#/definitions/database" },
    },
  },
  definitions: {
    postgresVersion: { type: "integer", minimum: oldestPostgresVersion, description: "The major version of Postgres that the migrations run on: 15 to 18. 13 and 14 are read as 15, newer ones as 18." },
    globs: { type: "array", items: { type: "string", minLength: 1 } },
    severity: { type: "string", enum: ["off", "error", "warning", "info", "hint"] },
    ruleSetting: {
      anyOf: [
        { $ref: "#/definitions/severity" },
        { type: "array", minItems: 1, maxItems: 2, items: [{ $ref: "#/definitions/severity" }, { type: "object" }] },
      ],
    },
    rules: {
      description: "A severity for each rule, or a severity and the rule's options.",
      type: "object",
      additionalProperties: { $ref: "#/definitions/ruleSetting" },
    },
    database: {
      type: "object",
      additionalProperties: false,
      properties: {
        name: { type: "string", minLength: 1, description: "How this database is called in the editor and in reports." },
        migrations: {
          type: "object",
          additionalProperties: false,
          properties: {
            include: { $ref: "#/definitions/globs", description: "The migration files. Globs relative to this file's folder." },
            tool: {
              type: "string",
              enum: ["auto", ...toolIds.filter((id) => id !== "single")],
              default: "auto",
              description: "The tool that runs them. \"auto\": told by the files and what stands beside them.",
            },
            after: {
              type: "string",
              minLength: 1,
              description: "The last released migration, by its name or by the number it starts with: it and all before it are not judged and never edited.",
            },
          },
        },
        schema: { $ref: "#/definitions/globs", description: "The Drizzle schema's files. Globs relative to this file's folder." },
        postgresVersion: { $ref: "#/definitions/postgresVersion" },
        tenantColumns: {
          type: "array",
          items: { type: "string", minLength: 1 },
          description: "Columns that say whose row it is, such as \"tenant_id\".",
        },
        tenantValue: {
          type: "string",
          minLength: 1,
          description: "What policies compare these columns with, for the fixes that write one: \"auth.uid()\", \"current_setting('app.{column}', true)\". Without it: as most policies have it, else as the platform does, else the setting app.<column>.",
        },
        rls: {
          type: "string",
          enum: ["auto", "always", "never"],
          default: "auto",
          description: "Whether each table needs row-level security. \"auto\": where the platform or the schema's other tables ask for it.",
        },
        tables: {
          description: "What is known of tables on the live database, by name: \"events\" (in the schema public), \"sales.orders\".",
          type: "object",
          additionalProperties: {
            type: "object",
            additionalProperties: false,
            properties: {
              rows: {
                type: "integer",
                minimum: 0,
                description: "About how many rows it has. Findings whose harm grows with the rows are one step milder on a small table, and name the size on any other.",
              },
            },
          },
        },
        smallTableRows: {
          type: "integer",
          minimum: 0,
          default: 10000,
          description: "A table with so many rows or fewer is small.",
        },
        urlEnv: {
          type: "string",
          minLength: 1,
          description: "The environment variable that holds the URL of the live database. `plumbline check --connect` reads from it what has run; without --connect nothing connects.",
        },
        historyTable: {
          type: "string",
          minLength: 1,
          description: "Where the migration tool keeps what it has run, if not in its usual place: \"migrations\", \"tools.migrations\".",
        },
      },
    },
  },
} as const satisfies JsonSchema;
