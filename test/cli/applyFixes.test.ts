import { describe, expect, test } from "vitest";
import type { ReportedEdit, ReportedFinding } from "../../server/src/lint/reported";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { applyFixes } from "../../server/src/cli/applyFixes";
import type { ProjectCheck } from "../../server/src/cli/host";
import { Overlay } from "../../server/src/cli/overlay";
import { finding, range, result } from "../report/results";

/** A check whose findings depend on the text of /p/a.sql, and the files after all fixes. */
async function fix(text: string, findingsOf: (text: string) => ReportedFinding[], upTo: "safe" | "review" = "safe"): Promise<{ files: Record<string, string>; fixes: number; left: number; checks: number }> {
  const overlay = new Overlay(memoryFileSystem({ "/p/a.sql": text, "/p/there.sql": "there" }));
  let checks = 0;
  const check = async (): Promise<ProjectCheck> => {
    checks += 1;
    return { ...result({ findings: findingsOf((await overlay.text("/p/a.sql"))!) }), root: "/p", repository: null, releasedFiles: new Set(["released.sql"]) };
  };
  const run = await applyFixes(check, overlay, upTo);
  return { files: Object.fromEntries(overlay.changes().map(({ file, after }) => [file, after])), fixes: run.fixes, left: run.result.findings.length, checks };
}

const edit = (from: number, to: number, newText: string, file = "a.sql"): ReportedEdit => ({ kind: "edit", file, range: range(0, from, 0, to), newText });
const create = (file: string, text = ""): ReportedEdit => ({ kind: "create", file, text });
const fixable = (...edits: ReportedEdit[]): ReportedFinding => finding({ file: "a.sql", fixes: [{ title: "", kind: "safe", edits }] });
const once = (original: string, ...findings: ReportedFinding[]) => (text: string): ReportedFinding[] => (text === original ? findings : []);

describe("applyFixes", () => {
  test("applies edits that do not meet in one round", async () => {
    expect(await fix("abcdef", once("abcdef", fixable(edit(0, 1, "A")), fixable(edit(2, 3, "C"))))).toEqual({ files: { "/p/a.sql": "AbCdef" }, fixes: 2, left: 0, checks: 2 });
  });

  test("lets the later of two that overlap wait for the next round", async () => {
    const findingsOf = (text: string): ReportedFinding[] => {
      if (text === "abcd") return [fixable(edit(0, 3, "x")), fixable(edit(2, 4, "y"))];
      return text === "xd" ? [fixable(edit(1, 2, "z"))] : [];
    };
    expect(await fix("abcd", findingsOf)).toEqual({ files: { "/p/a.sql": "xz" }, fixes: 2, left: 0, checks: 3 });
  });

  test("lets edits that touch wait, too", async () => {
    expect(await fix("abcd", once("abcd", fixable(edit(0, 2, "")), fixable(edit(2, 2, "SET x; "))))).toMatchObject({ files: { "/p/a.sql": "cd" }, fixes: 1 });
  });

  test("puts insertions of one rule at one place together, unless one closes what stands before", async () => {
    expect(await fix("ab", once("ab", fixable(edit(1, 1, "x;")), fixable(edit(1, 1, "y;"))))).toMatchObject({ files: { "/p/a.sql": "ax;y;b" }, fixes: 2 });
    expect(await fix("ab", once("ab", fixable(edit(1, 1, ";x")), fixable(edit(1, 1, ";y"))))).toMatchObject({ files: { "/p/a.sql": "a;xb" }, fixes: 1 });
    expect(await fix("ab", once("ab", fixable(edit(1, 1, "x;")), fixable(edit(1, 1, "x;"))))).toMatchObject({ files: { "/p/a.sql": "ax;b" }, fixes: 1 });
    const other = { ...fixable(edit(1, 1, "y;")), rule: "schema/serial-column" as const };
    expect(await fix("ab", once("ab", fixable(edit(1, 1, "x;")), other))).toMatchObject({ files: { "/p/a.sql": "ax;b" }, fixes: 1 });
  });

  test("applies a fix whole or not at all", async () => {
    const both = fixable(edit(0, 1, "A"), edit(3, 4, "D"));
    expect(await fix("abcd", once("abcd", fixable(edit(0, 1, "x")), both))).toMatchObject({ files: { "/p/a.sql": "xbcd" }, fixes: 1 });
    expect(await fix("abcd", () => [fixable(edit(0, 1, "A"), edit(0, 2, "B"))])).toMatchObject({ files: {}, fixes: 0 });
    expect(await fix("abcd", () => [fixable(edit(0, 1, "A"), edit(0, 1, "A", "missing.sql"))])).toMatchObject({ files: {}, fixes: 0 });
  });

  test("takes the first fix that is allowed", async () => {
    const two = finding({ fixes: [{ title: "", kind: "review", edits: [edit(0, 1, "R")] }, { title: "", kind: "safe", edits: [edit(0, 1, "S")] }] });
    expect((await fix("a", once("a", two))).files).toEqual({ "/p/a.sql": "S" });
    expect((await fix("a", once("a", two), "review")).files).toEqual({ "/p/a.sql": "R" });
  });

  test("never edits a released file, and never overwrites one", async () => {
    expect(await fix("a", () => [fixable(edit(0, 0, "x", "released.sql"))])).toMatchObject({ files: {}, fixes: 0, left: 1 });
    expect(await fix("a", () => [fixable(edit(0, 1, ""), create("there.sql"))])).toMatchObject({ files: {}, fixes: 0, left: 1 });
    expect(await fix("a", () => [fixable(create("new.sql"), create("there.sql"))])).toMatchObject({ files: {}, fixes: 0, left: 1 });
  });

  test("makes one migration of a history in a round: the next one's number depends on it", async () => {
    const findings = [fixable(edit(0, 1, ""), create("m/4_x.sql", "x")), fixable(edit(3, 4, ""), create("m/4_y.sql", "y")), fixable(create("n/1_z/up.sql", "z")), fixable(create("n/1_w/up.sql", "w"))];
    expect(await fix("abcd", once("abcd", ...findings))).toMatchObject({ files: { "/p/a.sql": "bcd", "/p/m/4_x.sql": "x", "/p/n/1_z/up.sql": "z" }, fixes: 2 });
  });

  test("makes one of two files of the same name", async () => {
    expect(await fix("ab", once("ab", fixable(edit(0, 1, ""), create("n.sql", "1")), fixable(edit(1, 2, "B"), create("n.sql", "2"))))).toMatchObject({ files: { "/p/a.sql": "b", "/p/n.sql": "1" }, fixes: 1 });
  });

  test("ends fixes that undo each other, and one that changes nothing", async () => {
    const flip = (text: string): ReportedFinding[] => [fixable(edit(0, 1, text === "a" ? "b" : "a"))];
    expect((await fix("a", flip)).checks).toBeLessThan(5);
    expect(await fix("a", () => [fixable(edit(0, 1, "a"))])).toMatchObject({ files: {}, checks: 2 });
    let grown = 0;
    expect((await fix("a", () => [{ ...fixable(edit(0, 0, "x")), range: range(0, ++grown, 0, grown) }])).checks).toBe(101);
  });
});
