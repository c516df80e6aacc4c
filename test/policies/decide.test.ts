import { describe, expect, test } from "vitest";
import { asksOnlyForIdentity, ignoresCaller, ignoresRow, implies, isAlwaysTrue, isNeverTrue, isOpenToAnonymous, isScoped, leavesFree, letsInAnonymous, letsInAnyCaller, letsInMore, readsRow, scopedBy } from "../../server/src/policies/decide";
import { condition } from "./read";

const uid = "(select auth.uid())";
const tenant = "(select nullif(current_setting('app.tenant', true), '')::uuid)";
const notNull = { notNull: new Set(["id", "tenant_id"]) };

describe("always true", () => {
  test.each(["true", "1 = 1", `owner = ${uid} or true`, "'t'::boolean", "not false", "true is not null", "tenant_id = tenant_id", "tenant_id is not null", "a is null or a is not null", "(a = 1) is not null or a is null", "coalesce(null, true)", "coalesce(a, b, true) or not coalesce(a, b, true)", "case when false then false else true end", "(select true)", "not (a is distinct from a)", "a = 1 or not (a = 1) or a is null", "a in (1) or coalesce(a <> 1, true)"])("%s", (text) => {
    expect(isAlwaysTrue(condition(text), notNull)).toBe(true);
  });
  test.each(["a = a", "a = 1 or a <> 1", `owner = ${uid}`, "is_public", "f()", "exists (select 1 from t)", "null or a is null", "a or not a", "a in ('x', 'y')"])("not %s", (text) => {
    expect(isAlwaysTrue(condition(text), notNull)).toBe(false);
  });
});

describe("never true", () => {
  test.each(["false", "null", "1 = 0", `owner = ${uid} and false`, "a = null", "not true", "tenant_id is null", "a = 'x' and a = 'y'", "a = 1 and a in (2, 3)", "a <> a", `${uid} is null and owner = ${uid}`, "is_public and not is_public", "a not in (1, null)", "'f'::bool"])("%s", (text) => {
    expect(isNeverTrue(condition(text), notNull)).toBe(true);
  });
  test.each(["a = 'x' and b = 'y'", "a = 'A' and a = 'a'", "a = '1' and a = '01.0'", "a is null", "a = any(array[1, null])", "not exists (select 1 from t)", "tenant_id <> all (select x from t)"])("not %s", (text) => {
    expect(isNeverTrue(condition(text), notNull)).toBe(false);
  });
});

describe("open to whoever has no identity", () => {
  test.each([
    `${uid} is null or owner = ${uid}`,
    "auth.uid() IS NULL",
    `coalesce(owner = ${uid}, true)`,
    `(owner = ${uid}) is not false`,
    "current_setting('app.tenant', true) is null or tenant_id = current_setting('app.tenant', true)::uuid",
    "current_setting('app.tenant', true) = '' or tenant_id = nullif(current_setting('app.tenant', true), '')::uuid",
    "coalesce(current_setting('app.tenant', true), '') = '' or tenant_id::text = current_setting('app.tenant', true)",
    `${tenant} is null or tenant_id = ${tenant}`,
    "(auth.jwt() ->> 'sub') is null or owner::text = (auth.jwt() ->> 'sub')",
    "case when auth.uid() is null then true else owner = auth.uid() end",
    "not (auth.uid() is not null) or owner = auth.uid()",
  ])("%s", (text) => {
    expect(isOpenToAnonymous(condition(text))).toBe(true);
  });
  test.each(["true", `owner = ${uid}`, `${uid} is not null`, `tenant_id = ${tenant}`, `${uid} is null and is_public`, "is_public", "auth.role() = 'anon' or owner = auth.uid()", `owner is not distinct from ${uid}`, "(auth.jwt() ->> 'role') is null", "coalesce(false, true)"])("not %s", (text) => {
    expect(isOpenToAnonymous(condition(text))).toBe(false);
  });
});

test.each([
  ["true", true],
  [`${uid} is not null`, true],
  ["is_admin()", true],
  ["exists (select 1 from admins a where a.user_id = auth.uid())", true],
  ["tenant_id = tenant_id", true],
  [`owner = ${uid}`, false],
  ["is_member(team_id)", false],
  ["f(t.*)", false],
  ["exists (select 1 from members m where m.team_id = posts.team_id)", false],
  ["exists (select 1 from admins where user_id = auth.uid())", false],
])("%s ignores the row: %s", (text, expected) => {
  expect(ignoresRow(condition(text), notNull)).toBe(expected);
});

test.each([
  ["true", true],
  ["is_public", true],
  ["status = 'published' and a > 1", true],
  ["f()", false],
  [`owner = ${uid}`, false],
  [`owner = ${uid} or true`, true],
  ["a = current_user", false],
])("%s ignores the caller: %s", (text, expected) => {
  expect(ignoresCaller(condition(text))).toBe(expected);
});

test.each([
  [`${uid} is not null`, true],
  ["auth.role() = 'authenticated'", true],
  ["auth.role() = 'authenticated' and auth.uid() is not null", true],
  ["current_setting('app.tenant', true) <> ''", true],
  [`${tenant} is not null`, true],
  ["true", false],
  ["is_admin()", false],
  ["(auth.jwt() ->> 'role') = 'admin'", false],
  ["auth.role() = 'service_role'", false],
  [`owner = ${uid}`, false],
  ["current_user = 'app'", false],
])("%s asks only whether there is an identity: %s", (text, expected) => {
  expect(asksOnlyForIdentity(condition(text))).toBe(expected);
});

test.each([
  [`tenant_id = ${tenant} and owner = ${uid}`, `tenant_id = ${tenant}`, true],
  [`owner = ${uid}`, `${uid} is not null`, true],
  [`owner = ${uid}`, "owner is not null", true],
  ["a in ('x')", "a in ('x', 'y')", true],
  ["a = 1", "a > 0", false],
  ["true", `owner = ${uid}`, false],
  [`owner = ${uid}`, `owner = auth.uid( )`, true],
  ["a <> b", "not (b = a)", true],
])("%s implies %s: %s", (one, other, expected) => {
  expect(implies(condition(one), condition(other))).toBe(expected);
});

test.each([
  ["bucket_id = 'avatars'", true],
  ["bucket_id in ('a', 'b') and auth.role() = 'authenticated'", true],
  ["true", true],
  [`bucket_id = 'avatars' and owner = ${uid}`, false],
  ["bucket_id = 'avatars' and (storage.foldername(name))[1] = auth.uid()::text", false],
  ["bucket_id = 'avatars' and is_admin()", false],
  ["bucket_id = 'avatars' and auth.jwt() ->> 'role' = 'admin'", false],
])("%s lets in any caller: %s", (text, expected) => {
  expect(letsInAnyCaller(condition(text))).toBe(expected);
});

test.each([
  ["status = 'draft'", true],
  [`is_public or owner = ${uid}`, true],
  ["auth.role() = 'anon'", true],
  [`owner = ${uid}`, false],
  ["auth.role() = 'authenticated' and is_public", false],
  ["is_member(team_id)", false],
  ["is_public and exists (select 1 from members)", false],
  ["owner = current_user", false],
  ["org = (auth.jwt() -> 'app_metadata' ->> 'org')", false],
])("%s lets in anonymous callers: %s", (text, expected) => {
  expect(letsInAnonymous(condition(text))).toBe(expected);
});

test.each([
  [`owner = ${uid}`, `owner = ${uid} or is_public`, true],
  [`owner = ${uid} and not deleted`, `owner = ${uid}`, true],
  ["status = 'open'", "status in ('open', 'closed')", true],
  [`owner = ${uid}`, "true", true],
  ["false", "is_public", true],
  ["a = b", "a is not distinct from b", true],
  ["is_member(team_id)", "is_member(team_id) or is_admin()", true],
  [`owner = ${uid}`, "auth.uid() = owner", false],
  [`owner = ${uid}`, `owner = ${uid} and not deleted`, false],
  ["a and (b or c)", "(a and b) or (a and c)", false],
  ["tenant_id = current_setting('app.tenant')::uuid", `tenant_id = ${tenant}`, false],
  [`tenant_id = ${tenant}`, "tenant_id = current_setting('app.tenant', true)::uuid", true],
  [`owner = ${uid}`, "is_public", null],
  ["is_member(team_id)", "app.is_member(team_id)", null],
  ["is_public", "a = = b", null],
])("after %s, %s lets in more: %s", (before, after, expected) => {
  expect(letsInMore(condition(before), condition(after))).toBe(expected);
});

test.each([
  [`tenant_id = ${tenant}`, ["tenant_id by comparison"]],
  [`${uid}::text = owner::text`, ["owner by comparison"]],
  [`tenant_id = ${tenant} and (owner = ${uid} or is_public)`, ["tenant_id by comparison"]],
  [`owner = ${uid} or is_public`, []],
  ["tenant_id = app.current_tenant()", ["tenant_id by comparison"]],
  ["team_id in (select m.team_id from members m where m.user_id = auth.uid())", ["team_id by comparison"]],
  ["is_member(team_id)", ["team_id by function or query"]],
  ["exists (select 1 from members m where m.team_id = posts.team_id and m.user_id = auth.uid())", ["team_id by function or query"]],
  ["tenant_id = '1'", []],
  [`(owner = ${uid} or true)`, []],
  ["tenant_id = any(current_setting('app.tenants')::uuid[])", ["tenant_id by comparison"]],
])("%s is scoped by %j", (text, expected) => {
  expect(scopedBy(condition(text)).map(({ column, by }) => `${column} by ${by}`)).toEqual(expected);
});

test("scoped by one column or another", () => {
  expect(isScoped(condition(`owner = ${uid} or assignee = ${uid} or is_member(team_id)`))).toBe(true);
  expect(isScoped(condition(`owner = ${uid} or is_public`))).toBe(false);
});

test.each([
  ["true", true],
  [`owner = ${uid}`, true],
  ["status = 'draft'", true],
  [`tenant_id = ${tenant}`, false],
  ["is_member(tenant_id)", false],
  // Either may look at the tenant by another way.
  ["exists (select 1 from projects p where p.id = project_id)", false],
  ["is_admin()", false],
  [`tenant_id = ${tenant} or owner = ${uid}`, true],
  ["tenant_id >= f() and tenant_id <= f()", false],
  [`not (tenant_id <> ${tenant})`, false],
])("%s leaves tenant_id free: %s", (text, expected) => {
  expect(leavesFree(condition(text), "tenant_id")).toBe(expected);
});

test("what cannot be read may be anything", () => {
  const broken = condition("a = = b");
  for (const decide of [isAlwaysTrue, isNeverTrue, isOpenToAnonymous, ignoresRow, ignoresCaller, asksOnlyForIdentity]) expect(decide(broken)).toBe(false);
  expect(readsRow(broken)).toBe(true);
});

test("more atoms than can be tried: nothing is said", () => {
  const many = condition(Array.from({ length: 20 }, (_, i) => `(a${i} = b${i} or c${i})`).join(" and "));
  expect(isAlwaysTrue(many)).toBe(false);
  const parity = Array.from({ length: 20 }, (_, i) => `(a${i} is null)`).reduce((one, other) => `(${one} and not ${other} or not ${one} and ${other})`.slice(0, 4000));
  expect(isNeverTrue(condition(parity.slice(0, 200)))).toBe(false);
});
