// JUnit XML as Jenkins, GitLab and Azure read it: one suite a file, one case a finding.

import type { CheckResult, ReportedFinding } from "../lint/reported";
import { wellFormed } from "./characters";
import { atLeast, counted, type ReportInput } from "./report";

/** `passed`: a finding below --fail-on. It must not fail the build here either, but it is there to read. */
type Outcome = "passed" | "failure" | "error" | "skipped";
interface Case {
  readonly name: string;
  readonly line: number | null;
  readonly outcome: Outcome;
  readonly type: string;
  readonly message: string;
  readonly details: string;
}

export function junitReport(input: ReportInput): string {
  const suites = new Map<string, Case[]>();
  const add = (file: string, test: Case): void => {
    const cases = suites.get(file);
    if (cases) cases.push(test);
    else suites.set(file, [test]);
  };
  for (const finding of input.result.findings) add(finding.file, findingCase(finding, atLeast(finding.severity, input.failOn)));
  for (const { file, message } of input.result.errors) add(file, { name: "plumbline", line: null, outcome: "error", type: "fault", message, details: message });
  for (const { file, reason } of input.result.skipped) add(file, { name: "plumbline", line: null, outcome: "skipped", type: "skipped", message: reason, details: "" });
  // Some readers take a report without any case for a broken one.
  if (suites.size === 0) add("plumbline", { name: `no findings in ${counted(input.result.summary.files, "file")}`, line: null, outcome: "passed", type: "", message: "", details: "" });
  const all = [...suites.values()].flat();
  const parts = [`<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="plumbline"${counts(all)}>\n`];
  for (const [file, cases] of suites) parts.push(suite(file, cases, input.result));
  parts.push("</testsuites>\n");
  return parts.join("");
}

function findingCase(finding: ReportedFinding, fails: boolean): Case {
  const { rule, severity, message, object, range, help } = finding;
  // An object names a finding better than a line, which changes from run to run.
  const position = `${range.start.line + 1}:${range.start.character + 1}`;
  const details = [message, ...(help === "" ? [] : [help]), `${finding.file}:${position}`].join("\n");
  return { name: `${rule} (${object ?? position})`, line: range.start.line + 1, outcome: fails ? "failure" : "passed", type: severity, message, details };
}

function suite(file: string, cases: readonly Case[], result: CheckResult): string {
  const names = new Map<string, number>();
  const lines = cases.map((test) => {
    const count = (names.get(test.name) ?? 0) + 1;
    names.set(test.name, count);
    return testCase(file, test, count === 1 ? test.name : `${test.name} ${count}`, result);
  });
  return `  <testsuite name="${attribute(file)}"${counts(cases)}>\n${lines.join("")}  </testsuite>\n`;
}

function testCase(file: string, test: Case, name: string, result: CheckResult): string {
  const where = file === "plumbline" && result.findings.length === 0 ? "" : ` file="${attribute(file)}"`;
  const open = `    <testcase name="${attribute(name)}" classname="${attribute(file)}"${where}${test.line === null ? "" : ` line="${test.line}"`}`;
  switch (test.outcome) {
    case "passed":
      return test.message === "" ? `${open}/>\n` : `${open}>\n      <system-out>${content(`${test.type}: ${test.details}`)}</system-out>\n    </testcase>\n`;
    case "skipped":
      return `${open}>\n      <skipped message="${attribute(test.message)}"/>\n    </testcase>\n`;
    case "failure":
    case "error":
      return `${open}>\n      <${test.outcome} type="${attribute(test.type)}" message="${attribute(test.message)}">${content(test.details)}</${test.outcome}>\n    </testcase>\n`;
  }
}

function counts(cases: readonly Case[]): string {
  const of = (outcome: Outcome): number => cases.filter((test) => test.outcome === outcome).length;
  return ` tests="${cases.length}" failures="${of("failure")}" errors="${of("error")}" skipped="${of("skipped")}"`;
}

/** Characters that XML 1.0 cannot hold, not even as a reference, become U+FFFD (https://www.w3.org/TR/xml/#charsets). */
function allowed(text: string): string {
  return wellFormed(text).replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd");
}

function content(text: string): string {
  // A reader turns a bare \r into \n.
  return allowed(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\r", "&#13;");
}

function attribute(text: string): string {
  // A reader turns bare white space in an attribute into spaces.
  return content(text).replaceAll('"', "&quot;").replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
}
