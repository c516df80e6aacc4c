import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tokenize } from "../../server/src/sql/lexer";
import type { TokenKind } from "../../server/src/sql/tokens";

/** `kind:text` for each token, ! for an unterminated one. */
function lex(text: string): string[] {
  return tokenize(text).map(({ kind, start, end, unterminated }) => `${short[kind]}${unterminated === true ? "!" : ""}:${text.slice(start, end)}`);
}

const short: Record<TokenKind, string> = {
  word: "w", quoted: "q", string: "s", dollar: "d", number: "n", parameter: "p", variable: "v", operator: "o", punctuation: ".", lineComment: "l", blockComment: "b", metaCommand: "m",
};

describe("tokens", () => {
  test.each<[string, string[]]>([
    ["", []],
    [" \t\r\n\f\v", []],
    ["\ufeffselect", ["w:select"]],
    ["a\ufeff", ["w:a\ufeff"]],
    ["select a_1$b, été, a\u00a0b", ["w:select", "w:a_1$b", ".:,", "w:été", ".:,", "w:a\u00a0b"]],
    // Quotes
    ["'a''b' 'c'", ["s:'a''b'", "s:'c'"]],
    [String.raw`'a\' b`, [String.raw`s:'a\'`, "w:b"]],
    [String.raw`E'a\'b' e'\\' c`, [String.raw`s:E'a\'b'`, String.raw`s:e'\\'`, "w:c"]],
    ["E'a''b'c", ["s:E'a''b'", "w:c"]],
    ["E'a'\n'b\\'c' d", ["s:E'a'", "s:'b\\'c'", "w:d"]],
    ["E'a' 'b\\' c", ["s:E'a'", "s:'b\\'", "w:c"]],
    ["B'01' x'1F' N'a' n'b' U&'\\0041' u&\"a\"\"b\"", ["s:B'01'", "s:x'1F'", "s:N'a'", "s:n'b'", "s:U&'\\0041'", 'q:u&"a""b"']],
    ["u & 'a' be'x'", ["w:u", "o:&", "s:'a'", "w:be", "s:'x'"]],
    ['"a""b".c', ['q:"a""b"', ".:.", "w:c"]],
    ["'a", ["s!:'a"]],
    ["'a''", ["s!:'a''"]],
    ["E'a\\'", ["s!:E'a\\'"]],
    ['"a\n;', ['q!:"a\n;']],
    // Dollar quotes
    ["$$a$b$$ $x$ $$ $x$ $é1$'$é1$", ["d:$$a$b$$", "d:$x$ $$ $x$", "d:$é1$'$é1$"]],
    ["a$$b$$", ["w:a$$b$$"]],
    ["1$$b$$", ["n:1", "d:$$b$$"]],
    ["$1 $12a $", ["p:$1", "p:$12", "w:a", "o:$"]],
    ["$a b", ["o:$", "w:a", "w:b"]],
    ["$1$ $1$", ["p:$1", "o:$", "p:$1", "o:$"]],
    ["$a$ $b$ $A$", ["d!:$a$ $b$ $A$"]],
    // Comments
    ["a--b\n--\rc", ["w:a", "l:--b", "l:--", "w:c"]],
    ["/* a /* b */ c */d/**/", ["b:/* a /* b */ c */", "w:d", "b:/**/"]],
    ["/*/*/ a */ b */ c", ["b:/*/*/ a */ b */", "w:c"]],
    ["/* a /*/ b */ c */ d", ["b:/* a /*/ b */ c */", "w:d"]],
    ["/***/ a", ["b:/***/", "w:a"]],
    ["/* a /* b */", ["b!:/* a /* b */"]],
    ["/*", ["b!:/*"]],
    ["/*/", ["b!:/*/"]],
    // Operators: scan.l's rules
    ["a->>'b'", ["w:a", "o:->>", "s:'b'"]],
    ["1+-2", ["n:1", "o:+", "o:-", "n:2"]],
    ["a@-b", ["w:a", "o:@-", "w:b"]],
    ["a<=-1", ["w:a", "o:<=", "o:-", "n:1"]],
    ["a*--b", ["w:a", "o:*", "l:--b"]],
    ["a<>/*b*/c", ["w:a", "o:<>", "b:/*b*/", "w:c"]],
    ["a- -b", ["w:a", "o:-", "o:-", "w:b"]],
    ["a||b ~* c !~~ d", ["w:a", "o:||", "w:b", "o:~*", "w:c", "o:!~~", "w:d"]],
    ["a=>b{}", ["w:a", "o:=>", "w:b", "o:{", "o:}"]],
    ["a%type", ["w:a", "o:%", "w:type"]],
    // Numbers
    ["1.5e10 .5 1. 1e-3 1e 1.5.3", ["n:1.5e10", "n:.5", "n:1.", "n:1e-3", "n:1", "w:e", "n:1.5", "n:.3"]],
    ["0x1F 0o17 0b11 0x 1_000_000 1_ 0x_1f 1__0", ["n:0x1F", "n:0o17", "n:0b11", "n:0", "w:x", "n:1_000_000", "n:1", "w:_", "n:0x_1f", "n:1", "w:__0"]],
    ["1..10 a..b", ["n:1", ".:..", "n:10", "w:a", ".:..", "w:b"]],
    // Punctuation and psql's variables
    ["a::int[1:2], (b := c);", ["w:a", ".:::", "w:int", ".:[", "n:1", ".::", "n:2", ".:]", ".:,", ".:(", "w:b", ".::=", "w:c", ".:)", ".:;"]],
    [":a :'b' :\"c\" :{?d} (:e) : f", ["v::a", "v::'b'", 'v::"c"', "v::{?d}", ".:(", "v::e", ".:)", ".::", "w:f"]],
    ["x[:n] y[f(1):n] z[1:n]", ["w:x", ".:[", ".::", "w:n", ".:]", "w:y", ".:[", "w:f", ".:(", "n:1", ".:)", ".::", "w:n", ".:]", "w:z", ".:[", "n:1", ".::", "w:n", ".:]"]],
    [":'a b'", [".::", "s:'a b'"]],
    // Meta commands
    ["\\c a ; b\nselect \\gx\r\nx\\;y", ["m:\\c a ; b", "w:select", "m:\\gx", "w:x", "m:\\;", "w:y"]],
  ])("%j", (text, expected) => expect(lex(text)).toEqual(expected));

  test("a part of a text", () => {
    expect(tokenize("select 'a' from", 3, 9)).toEqual([
      { kind: "word", start: 3, end: 6 },
      { kind: "string", start: 7, end: 9, unterminated: true },
    ]);
  });
});

test("tokens do not overlap, and between them is white space only", () => {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom(...Array.from("'\"$eEuU&bx\\;:/*-(){}[]a1. \n\té😀_@#%.")) }));
  fc.assert(
    fc.property(text, (sql) => {
      let done = 0;
      for (const { start, end } of tokenize(sql)) {
        expect(sql.slice(done, start).replace(/^\ufeff/, "")).toMatch(/^[ \t\n\r\f\v]*$/);
        expect(end).toBeGreaterThan(start);
        done = end;
      }
      expect(sql.slice(done).replace(/^\ufeff/, "")).toMatch(/^[ \t\n\r\f\v]*$/);
    }),
    { numRuns: 2_000 },
  );
});

test("100,000 open comments are one", () => {
  const start = process.cpuUsage();
  expect(tokenize("/*".repeat(100_000))).toHaveLength(1);
  expect(process.cpuUsage(start).user / 1_000).toBeLessThan(1_000);
});
