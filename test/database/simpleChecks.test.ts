import { describe, expect, test } from "vitest";
import { textLike, textMatching } from "../../server/src/database/embedded/patterns";
import { limitsOf } from "../../server/src/database/embedded/simpleChecks";

describe("checks, as Postgres writes them", () => {
  test.each<[string, Record<string, unknown>]>([
    ["(price > (0)::numeric)", { price: { least: 1 } }],
    ["((price >= (0)::numeric) AND (price < (500)::numeric))", { price: { least: 0, most: 499 } }],
    ["((age >= 18) AND (age <= 99))", { age: { least: 18, most: 99 } }],
    ["CHECK ((VALUE > 0))", {}],
    ["(\"Odd name\" <= '-5'::integer)", { '"Odd name"': { most: -5 } }],
    ["(plan = ANY (ARRAY['free'::text, 'it''s'::text]))", { plan: { among: ["'free'", "'it''s'"] } }],
    ["((plan)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))", { plan: { among: ["'a'", "'b'"] } }],
    ["(length(line) <= 5)", { line: { longest: 5 } }],
    ["(char_length((code)::text) = 8)", { code: { shortest: 8, longest: 8 } }],
    ["(until > at)", { at: {}, until: { rank: 1 } }],
    ["((price > 0) OR (free = true))", {}],
    ["((state = 'draft'::text) OR (issued IS NOT NULL))", { issued: { filled: true } }],
    ["(octet_length(hash) = 32)", { hash: { shortest: 32, longest: 32 } }],
    ["f(price)", {}],
  ])("%s", (check, limits) => {
    expect(Object.fromEntries(limitsOf([check]))).toEqual(limits);
  });
  test("patterns", () => {
    expect(limitsOf(["((code)::text ~ '^[A-Z]{3}$'::text)"]).get("code")?.made).toContain("'ABCDEFGHIJ'");
    expect(limitsOf(["(email ~~ '%@%'::text)"]).get("email")?.made).toBe("'' || ({i})::text || '@x'");
  });
});

test.each(["^[A-Z]{3}$", "^[A-Z]{2}[0-9]{2,12}$", "^\\d+$", "^[a-f0-9]{64}$", "^ab-\\d{4}\\.x?$", "^#[0-9a-fA-F]{6}$", "^[^@]+$", "^(a|b)$", "^\\s*$"])("a text for %s, or none", (pattern) => {
  const made = textMatching(pattern);
  expect(made === null).toBe(/\[\^|\(|\\s/.test(pattern));
});

test("LIKE", () => {
  expect(textLike("it's_%-%")).toBe("'it''sx' || ({i})::text || '-x'");
});
