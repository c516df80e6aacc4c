import { describe, expect, test } from "vitest";
import { codeFrame } from "../../server/src/report/frame";
import { plain } from "../../server/src/report/palette";
import { range } from "./results";

function frame(source: string, ...at: Parameters<typeof range>): string[] {
  return codeFrame(source.split("\n"), range(...at), plain, "error").lines.slice(1);
}

describe("a code frame", () => {
  test("puts carets under the exact range", () => {
    expect(frame("a\nDROP TABLE notes;\n", 1, 11, 1, 16)).toEqual(["2 | DROP TABLE notes;", "  |            ^^^^^"]);
  });

  test("shows one caret for an empty range, at a line's end too", () => {
    expect(frame("SELECT", 0, 6, 0, 6)).toEqual(["1 | SELECT", "  |       ^"]);
    expect(frame("", 0, 0, 0, 0)).toEqual(["1 |", "  | ^"]);
  });

  test("expands tabs to their stops", () => {
    expect(frame("\tid\tint", 0, 4, 0, 7)).toEqual(["1 |     id  int", "  |         ^^^"]);
  });

  test.each([
    ["wide characters", "'注文' x", 5, 6, "       ^"],
    ["an emoji of a surrogate pair", "'🛒' x", 5, 6, "     ^"],
    ["a family joined by zero-width joiners", "'👨‍👩‍👧' x", 11, 12, "     ^"],
    ["a combining accent", "'e\u0301' x", 5, 6, "    ^"],
    ["Hangul and full-width letters", "한Ａ x", 3, 4, "     ^"],
  ])("counts %s as a terminal does", (_, line, from, to, carets) => {
    expect(frame(line, 0, from, 0, to)[1]).toBe(`  | ${carets}`);
  });

  test("marks a wide character by two carets", () => {
    expect(frame("a注b", 0, 1, 0, 2)[1]).toBe("  |  ^^");
  });

  test("shows all of two or three lines, and the ends of more", () => {
    expect(frame("one (\n  two\n)", 0, 4, 2, 1)).toEqual(["1 | one (", "  |     ^", "2 |   two", "  |   ^^^", "3 | )", "  | ^"]);
    const five = frame("a\nb\nc\nd\ne", 0, 0, 4, 1);
    expect(five).toEqual(["1 | a", "  | ^", "...".padEnd(1), "5 | e", "  | ^"]);
  });

  test("does not show a line where the range only ends", () => {
    expect(frame("abc\ndef", 0, 0, 1, 0)).toEqual(["1 | abc", "  | ^^^"]);
  });

  test("cuts a long line around the range", () => {
    const line = `${"x".repeat(50_000)}HERE${"y".repeat(50_000)}`;
    const [source, carets] = frame(line, 0, 50_000, 0, 50_004);
    expect(source!.length).toBeLessThan(140);
    expect(source!.slice(carets!.indexOf("^"), carets!.lastIndexOf("^") + 1)).toBe("HERE");
    expect(source).toMatch(/^1 \| ….*…$/);
  });

  test("cuts a long range, whose carets stay below what is shown", () => {
    const [source, carets] = frame("x".repeat(200), 0, 10, 0, 200);
    expect(carets!.length).toBeLessThanOrEqual(source!.length);
  });

  test("shows what would steer the terminal instead of sending it", () => {
    expect(frame("a\u001b[31mb \u202e", 0, 6, 0, 7)).toEqual(["1 | a␛[31mb \ufffd", "  |       ^"]);
  });

  test("survives a range outside of the file", () => {
    expect(frame("a", 7, 3, 9, 9).length).toBeGreaterThan(0);
  });
});
