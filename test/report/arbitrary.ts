// Results with any text in them: quotes, line ends, markup, control characters, lone surrogates.

import fc from "fast-check";
import type { ReportedEdit, ReportedFinding } from "../../server/src/lint/reported";
import type { ReportInput } from "../../server/src/report/report";
import { severities } from "../../server/src/rules/rule";
import { input } from "./results";

const piece = fc.constantFrom(
  '"', "'", "\\", "\\ud800", "\n", "\r", "\r\n", "\t", "\0", "\u0007", "\u001b[31m", "\u0085", "\u2028", "\u202e", "\ufffe", "\uffff", "\ud800", "\udc00", "😀", "注",
  "]]>", "<![CDATA[", "<", ">", "&", "&amp;", "&#0;", "%", "%0A", "::", "::error::", ",", ":", "/", "..", "C:", " ", "{0}", "[a](1)", "a", "ß",
); // prettier-ignore
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.array(piece, { maxLength: 8 }).map((all) => all.join("")),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.array(fc.nat(0xffff), { maxLength: 8 }).map((codes) => String.fromCharCode(...codes)),
);

const position = fc.record({ line: fc.nat(6), character: fc.nat(40) });
const range = fc.tuple(position, position).map(([a, b]) => (a.line < b.line || (a.line === b.line && a.character <= b.character) ? { start: a, end: b } : { start: b, end: a }));
const file = anyText.filter((text) => text !== "" && !text.startsWith("/"));
const edit: fc.Arbitrary<ReportedEdit> = fc.oneof(
  fc.record({ kind: fc.constant("edit" as const), file, range, newText: anyText }),
  fc.record({ kind: fc.constant("create" as const), file, text: anyText }),
);

const anyFinding: fc.Arbitrary<ReportedFinding> = fc.record({
  rule: fc.constantFrom("index/unindexed-foreign-key" as const, "migration/unknown" as const),
  severity: fc.constantFrom(...severities),
  message: anyText,
  file,
  range,
  object: fc.option(anyText),
  fingerprint: anyText,
  help: anyText,
  released: fc.boolean(),
  related: fc.array(fc.record({ file, range, message: anyText }), { maxLength: 2 }),
  fixes: fc.array(fc.record({ title: anyText, kind: fc.constantFrom("safe" as const, "review" as const), edits: fc.array(edit, { minLength: 1, maxLength: 3 }) }), { maxLength: 2 }),
});

export const arbitraryInput: fc.Arbitrary<ReportInput> = fc
  .record({
    findings: fc.array(anyFinding, { maxLength: 4 }),
    skipped: fc.array(fc.record({ file, reason: anyText }), { maxLength: 2 }),
    errors: fc.array(fc.record({ file, message: anyText }), { maxLength: 2 }),
    text: fc.option(anyText),
    verbose: fc.boolean(),
    failOn: fc.constantFrom(...severities),
  })
  .map(({ findings, skipped, errors, text, verbose, failOn }) =>
    input({ result: { findings, skipped, errors, summary: { files: 1, statements: 1, released: 0, pending: 1, accepted: 0 }, text: () => text }, verbose, failOn }),
  );
