// SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

import type { PositionRange, ReportedEdit, ReportedFinding, ReportedFix } from "../lint/reported";
import type { Rule, Severity } from "../rules/rule";
import { wellFormed } from "./characters";
import { jsonText } from "./jsonText";
import type { ReportInput } from "./report";

const levels: Readonly<Record<Severity | "off", string>> = { error: "error", warning: "warning", info: "note", hint: "note", off: "none" };

export function sarifReport({ result, rules, toolVersion }: ReportInput): string {
  const index = new Map<string, number>(rules.map((rule, i) => [rule.id, i]));
  return jsonText({
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Plumbline", semanticVersion: toolVersion, rules: rules.map(ruleSarif) } },
        columnKind: "utf16CodeUnits",
        invocations: [
          {
            executionSuccessful: result.errors.length === 0,
            toolExecutionNotifications: [
              ...result.errors.map(({ file, message }) => notification("error", file, message)),
              ...result.skipped.map(({ file, reason }) => notification("note", file, `Skipped: ${reason}`)),
            ],
          },
        ],
        results: result.findings.map((finding) => resultSarif(finding, index.get(finding.rule))),
      },
    ],
  });
}

function ruleSarif(rule: Rule): unknown {
  const { recommended, strict } = rule.severity;
  return {
    id: rule.id,
    ...(rule.aliases && rule.aliases.length > 0 ? { deprecatedIds: rule.aliases } : {}),
    // GitHub shows the name beside the id; SARIF wants it in Pascal case.
    name: rule.id.slice(rule.id.indexOf("/") + 1).replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: rule.summary },
    fullDescription: { text: rule.why },
    help: {
      text: [rule.why, rule.whatToDo, `When not to use it: ${rule.whenNotToUse}`].join("\n\n"),
      markdown: [rule.why, `**What to do.** ${rule.whatToDo}`, `**When not to use it.** ${rule.whenNotToUse}`].join("\n\n"),
    },
    defaultConfiguration: recommended === "off" ? { enabled: false, level: levels[strict === "off" ? "info" : strict] } : { level: levels[recommended] },
    properties: { tags: [rule.id.slice(0, rule.id.indexOf("/"))], recommended, strict, sources: rule.sources },
  };
}

function resultSarif(finding: ReportedFinding, ruleIndex: number | undefined): unknown {
  const { rule, severity, message, file, range, object, fingerprint, released } = finding;
  return {
    ruleId: rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: levels[severity],
    message: { text: message },
    locations: [
      {
        physicalLocation: physical(file, range),
        ...(object === null ? {} : { logicalLocations: [{ fullyQualifiedName: object }] }),
      },
    ],
    // Holds no line, so that a baseline still matches after lines have moved.
    partialFingerprints: { "plumbline/v1": fingerprint },
    ...(finding.related.length === 0
      ? {}
      : { relatedLocations: finding.related.map((related, i) => ({ id: i + 1, physicalLocation: physical(related.file, related.range), message: { text: related.message } })) }),
    ...(finding.fixes.length === 0 ? {} : { fixes: finding.fixes.map(fixSarif) }),
    properties: { severity, released },
  };
}

function fixSarif({ title, kind, edits }: ReportedFix): unknown {
  const files = new Map<string, ReportedEdit[]>();
  for (const edit of edits) files.set(edit.file, [...(files.get(edit.file) ?? []), edit]);
  return {
    description: { text: title },
    artifactChanges: [...files].map(([file, own]) => ({ artifactLocation: artifact(file), replacements: own.map(replacement) })),
    properties: { kind },
  };
}

/** SARIF knows no creation of a file: it is an insertion at the beginning of one that is not there yet. */
function replacement(edit: ReportedEdit): unknown {
  const nowhere = { line: 0, character: 0 };
  const range = edit.kind === "edit" ? edit.range : { start: nowhere, end: nowhere };
  const text = edit.kind === "edit" ? edit.newText : edit.text;
  return { deletedRegion: region(range), ...(text === "" ? {} : { insertedContent: { text } }) };
}

function notification(level: string, file: string, text: string): unknown {
  return { level, message: { text }, locations: [{ physicalLocation: { artifactLocation: artifact(file) } }] };
}

function physical(file: string, range: PositionRange): unknown {
  return { artifactLocation: artifact(file), region: region(range) };
}

/** SARIF counts lines and columns from 1, and its end is exclusive, too. */
function region({ start, end }: PositionRange): unknown {
  return { startLine: start.line + 1, startColumn: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1 };
}

function artifact(file: string): unknown {
  const uri = wellFormed(file).split("/").map(encodeURIComponent).join("/");
  // An absolute path (on another drive, say) is not below the sources' root.
  if (file.startsWith("/")) return { uri: `file://${uri}` };
  if (/^[A-Za-z]:\//.test(file)) return { uri: `file:///${uri.replace("%3A", ":")}` };
  return { uri, uriBaseId: "%SRCROOT%" };
}
