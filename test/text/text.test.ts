import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commonEnds } from "../../server/src/text/difference";
import { applyEdits } from "../../server/src/text/edit";
import { LineIndex } from "../../server/src/text/lines";
import { byteOffsets, codePointToUtf16, utf8Length } from "../../server/src/text/utf8";

const mixed = fc.string({ unit: fc.constantFrom("a", "b", "é", "あ", "😀", "\n", "\r", "\r\n") });

describe("lines", () => {
  test.each<[string, number[]]>([
    ["", [0]],
    ["a", [0]],
    ["a\nb", [0, 2]],
    ["a\r\nb\rc\n", [0, 3, 5, 7]],
    ["\r\r\n\n", [0, 1, 3, 4]],
  ])("%j", (text, starts) => {
    const lines = new LineIndex(text);
    expect(lines.lineCount).toBe(starts.length);
    expect(starts.map((_, line) => lines.lineStart(line))).toEqual(starts);
  });
  test("positions outside are moved in", () => {
    const lines = new LineIndex("ab\r\nc");
    expect(lines.positionAt(-1)).toEqual({ line: 0, character: 0 });
    expect(lines.positionAt(99)).toEqual({ line: 1, character: 1 });
    expect(lines.offsetAt({ line: 0, character: 99 })).toBe(2);
    expect(lines.offsetAt({ line: 1, character: 99 })).toBe(5);
    expect(lines.offsetAt({ line: 9, character: 0 })).toBe(5);
    expect(lines.offsetAt({ line: -1, character: 5 })).toBe(0);
  });
  test("there and back", () => {
    fc.assert(
      fc.property(mixed, (text) => {
        const lines = new LineIndex(text);
        for (let offset = 0; offset <= text.length; offset++) {
          // Between \r and \n is no position of its own.
          if (text.startsWith("\r\n", offset - 1)) continue;
          expect(lines.offsetAt(lines.positionAt(offset))).toBe(offset);
        }
      }),
    );
  });
});

describe("edits", () => {
  const edit = (start: number, end: number, newText: string): { range: { start: number; end: number }; newText: string } => ({ range: { start, end }, newText });
  test("in any order, insertions at one place in theirs", () => {
    expect(applyEdits("abcdef", [edit(4, 5, "X"), edit(1, 2, ""), edit(4, 4, "1"), edit(4, 4, "2")])).toBe("acd12Xf");
    expect(applyEdits("abc", [])).toBe("abc");
    expect(applyEdits("abc", [edit(3, 3, "d"), edit(0, 0, "_")])).toBe("_abcd");
  });
  test("overlaps and ranges outside throw", () => {
    expect(() => applyEdits("abc", [edit(0, 2, ""), edit(1, 3, "")])).toThrow(RangeError);
    expect(() => applyEdits("abc", [edit(0, 2, ""), edit(1, 1, "x")])).toThrow(RangeError);
    expect(() => applyEdits("abc", [edit(2, 4, "")])).toThrow(RangeError);
    expect(() => applyEdits("abc", [edit(2, 1, "")])).toThrow(RangeError);
  });
});

describe("UTF-8", () => {
  test("every character's byte offset is its UTF-16 offset", () => {
    fc.assert(
      fc.property(mixed, (text) => {
        const utf16 = byteOffsets(text);
        let at = 0;
        let points = 0;
        for (const character of text) {
          expect(utf16(Buffer.byteLength(text.slice(0, at)))).toBe(at);
          expect(codePointToUtf16(text, points++)).toBe(at);
          at += character.length;
        }
        expect(utf16(Buffer.byteLength(text))).toBe(text.length);
        expect(utf8Length(text)).toBe(Buffer.byteLength(text));
      }),
    );
  });
  test("unknown stays unknown, past the end is the end, lone surrogates count as what replaces them", () => {
    expect(byteOffsets("é")(-1)).toBe(-1);
    expect(codePointToUtf16("😀", 9)).toBe(2);
    expect(utf8Length("\ud800a\udc00")).toBe(7);
    expect(byteOffsets("\ud800a")(3)).toBe(1);
  });
});

test("common ends", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 6 }), fc.nat(5_000), fc.nat(5_000), fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 6 }), (insert, before, after, remove) => {
      const left = "ab".repeat(before);
      const right = "ba".repeat(after);
      const old = left + remove + right;
      const now = left + insert + right;
      const { prefix, suffix } = commonEnds(old, now);
      expect(prefix + suffix).toBeLessThanOrEqual(Math.min(old.length, now.length));
      expect(old.slice(0, prefix)).toBe(now.slice(0, prefix));
      expect(old.slice(old.length - suffix)).toBe(now.slice(now.length - suffix));
      expect(prefix === old.length || old[prefix] !== now[prefix] || prefix === now.length).toBe(true);
      expect(prefix + suffix).toBeGreaterThanOrEqual(Math.min(left.length + right.length, old.length, now.length));
    }),
  );
});
