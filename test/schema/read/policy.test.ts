import { expect, test } from "vitest";
import { expectRanges, readOne } from "./read";

test("ranges", () => {
  expectRanges(
    `
create policy "ä b" on s.t for update to public using ((select auth.uid()) = user_id) with check ((true))
              ^---^
                       ^-^
                                                       ^---------------------------^
                                                                                                   ^--^
`,
    "createPolicy",
    ({ name, table, using, withCheck }) => [name.range, table.range, using?.range, withCheck?.range],
  );
});

test.each([
  ["create policy p on t", { command: "all", permissive: true, roles: ["public"], using: null, withCheck: null }],
  ["create policy p on s.t as restrictive for select to a, current_user, session_user using (true)", { command: "select", permissive: false, roles: ["a", "current_user", "session_user"], using: { text: "true" } }],
  ["create policy p on t for insert with check (user_id = auth.uid())", { command: "insert", using: null, withCheck: { text: "user_id = auth.uid()", columns: ["user_id"], functions: ["auth.uid"] } }],
  ["create policy p on t for all using ((select auth.uid()))", { using: { text: "(select auth.uid())" } }],
  // A column of the subquery's own table is not the policy's table's.
  ["create policy p on t using (exists (select 1 from members m where m.team_id = t.team_id and m.user_id = 1))", { using: { columns: ["team_id"] } }],
])("%s", (sql, expected) => {
  expect(readOne(sql, "createPolicy")).toMatchObject(expected);
});

test.each([
  ["alter policy p on s.t to a, public", { table: { schema: "s", name: "t" }, name: { name: "p" }, roles: ["a", "public"], using: null, withCheck: null }],
  ["alter policy p on t using (a) with check (b)", { roles: null, using: { text: "a" }, withCheck: { text: "b" } }],
])("%s", (sql, expected) => {
  expect(readOne(sql, "alterPolicy")).toMatchObject(expected);
});
