import { definerFunctionFixes } from "../facts/definerFunction";
import { clausesOf, relationsRead, type PolicyClause } from "../facts/policies";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";
import type { ObjectName } from "../../schema/changes";
import type { Policy, Table } from "../../schema/model";
import { qualified, type SchemaView } from "../../schema/view";

const members = sql`
  CREATE TABLE members (
    team bigint NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (team, name)
  );
  ALTER TABLE members ENABLE ROW LEVEL SECURITY;
`;
const world = ["CREATE TABLE members (team bigint, name text)", "ALTER TABLE members ENABLE ROW LEVEL SECURITY", "GRANT SELECT, INSERT ON members TO pg_monitor"];

export default defineRule({
  id: "security/recursive-policy",
  summary: "A policy that reads its own table, so that each query on it fails.",
  why:
    "A sub-select in a policy is subject to the policies of the table that it reads. Where that is the policy's own table, or one whose policy leads back to it, there is no end: every SELECT, UPDATE and DELETE of a role that the policies hold for fails with 42P17, infinite recursion detected in policy. CREATE POLICY itself succeeds, and the tables' owner notices nothing " +
    "([Row Security Policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)).",
  whatToDo: "Move the sub-select into a SECURITY DEFINER function whose owner the policies do not hold for, with a search_path of its own, and call that in the policy. Inside of it current_user is that owner: ask for auth.uid(), a setting, or session_user.",
  whenNotToUse: "Never: the query fails.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["postgres:ddl-rowsecurity", "pgrls:SEC025", "union:208"],
  examples: [
    bad(`CREATE POLICY same_team ON members USING (team IN (SELECT m.team FROM members m WHERE m.name = current_user));`, {
      title: "Members see those of their own team",
      given: members,
      at: "members",
      occurrence: 1,
      message: "Policy same_team of members reads members itself: each query of a role that it holds for fails with 42P17, infinite recursion detected in policy. Read it in a SECURITY DEFINER function.",
    }),
    bad(`CREATE POLICY same_team ON members USING (team IN (SELECT team FROM members WHERE name = (current_setting('app.member', true))));`, {
      title: "Moved into a function",
      given: members,
      at: "members",
      occurrence: 1,
      fixed: sql`
        CREATE POLICY same_team ON members USING (team IN (SELECT team FROM members WHERE name = (current_setting('app.member', true))));
        CREATE FUNCTION callers_members_team() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
          SELECT team FROM members WHERE name = (current_setting('app.member', true))
        $$;
        ALTER POLICY same_team ON members USING (team IN (SELECT callers_members_team()));
      `.trimEnd(),
    }),
    bad(`CREATE POLICY same_team ON members FOR SELECT TO authenticated USING (EXISTS (SELECT 1 FROM members m WHERE m.team = members.team AND m.name = auth.email()));`, {
      title: "On Supabase, asked of each row",
      platform: "supabase",
      given: members,
      at: "members",
      occurrence: 1,
      fixed: sql`
        CREATE POLICY same_team ON members FOR SELECT TO authenticated USING (EXISTS (SELECT 1 FROM members m WHERE m.team = members.team AND m.name = auth.email()));
        CREATE FUNCTION caller_is_in_members(bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
          SELECT EXISTS (SELECT 1 FROM members m WHERE m.team = $1 AND m.name = auth.email())
        $$;
        REVOKE EXECUTE ON FUNCTION caller_is_in_members(bigint) FROM PUBLIC, anon;
        GRANT EXECUTE ON FUNCTION caller_is_in_members(bigint) TO authenticated;
        ALTER POLICY same_team ON members USING (caller_is_in_members(team));
      `.trimEnd(),
    }),
    bad(
      sql`
        CREATE TABLE teams (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner text NOT NULL);
        ALTER TABLE teams ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_teams ON teams USING (EXISTS (SELECT FROM members WHERE members.team = teams.id));
        CREATE POLICY own_members ON members USING (EXISTS (SELECT FROM teams WHERE teams.id = members.team AND teams.owner = current_user));
      `,
      {
        title: "Two tables whose policies read each other",
        given: members,
        at: "teams",
        message: "Policy own_members of members reads teams, whose policy own_teams leads back to members: each query of a role that they hold for fails with 42P17, infinite recursion detected in policy. Read it in a SECURITY DEFINER function.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE FUNCTION own_teams() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
          SELECT team FROM public.members WHERE name = session_user
        $$;
        CREATE POLICY same_team ON members USING (team IN (SELECT own_teams()));
      `,
      { title: "Through a function with its owner's rights", given: members },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY own ON members FOR SELECT USING (name = current_user);
        CREATE POLICY invited ON members FOR INSERT WITH CHECK (team IN (SELECT m.team FROM members m));
      `,
      { title: "A policy for INSERT, which reads through the one for SELECT", given: members },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY same_team ON members USING (team IN (SELECT m.team FROM members m WHERE m.name = current_user));
        ALTER TABLE members DISABLE ROW LEVEL SECURITY;
        DROP POLICY same_team ON members;
      `,
      { title: "Dropped in the same migration", given: members, rls: "never", options: { "security/weakened": "off" } },
    ),
  ],
  proof: [
    { given: [...world, "CREATE POLICY p ON members USING (team IN (SELECT m.team FROM members m))", "SET ROLE pg_monitor"], statement: "SELECT * FROM members", fails: "42P17" },
    {
      given: [...world, "CREATE TABLE teams (id bigint)", "ALTER TABLE teams ENABLE ROW LEVEL SECURITY", "GRANT SELECT ON teams TO pg_monitor", "CREATE POLICY p ON members USING (EXISTS (SELECT FROM teams WHERE id = team))", "CREATE POLICY q ON teams USING (EXISTS (SELECT FROM members WHERE id = team))", "SET ROLE pg_monitor"],
      statement: "SELECT * FROM members",
      fails: "42P17",
    },
    { given: [...world, "CREATE POLICY p ON members FOR SELECT USING (name = current_user)", "CREATE POLICY q ON members FOR INSERT WITH CHECK (EXISTS (SELECT FROM members))", "SET ROLE pg_monitor"], statement: "SELECT * FROM members", rows: 0 },
    {
      given: [...world, "INSERT INTO members VALUES (1, 'pg_monitor'), (1, 'a'), (2, 'b')", "CREATE FUNCTION teams() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT team FROM public.members WHERE name = current_setting('role') $$", "CREATE POLICY p ON members USING (team IN (SELECT teams()))", "SET ROLE pg_monitor"],
      statement: "SELECT * FROM members",
      rows: 2,
    },
  ],
  on: "table",
  check(context) {
    const { table, schema, database } = context;
    const [first, ...others] = cycleFrom(schema, table) ?? [];
    if (first === undefined) return;
    // One finding a cycle, at the first of its tables by name.
    if (others.some((step) => qualified(step.table) < qualified(table))) return;
    const [next] = others;
    const subject = `Policy ${first.policy.name} of ${display(table)}`;
    const reads = next ? `reads ${display(next.table)}, whose policy ${next.policy.name} leads back to ${display(table)}` : `reads ${display(table)} itself`;
    context.report({
      at: first.clause.place(first.read.range),
      object: qualified(table),
      message: `${subject} ${reads}: each query of a role that ${next ? "they hold" : "it holds"} for fails with 42P17, infinite recursion detected in policy. Read it in a SECURITY DEFINER function.`,
      related: others.map((step) => ({ place: step.clause.place(step.read.range), message: `${step.policy.name} reads ${step.read.name}` })),
      fixes: definerFunctionFixes(database, schema, first),
    });
  },
});

interface Step {
  readonly table: Table;
  readonly policy: Policy;
  readonly clause: PolicyClause;
  readonly read: ObjectName;
}

/** The reads of policies that lead from a table back to it, the shortest way. */
function cycleFrom(schema: SchemaView, start: Table): readonly Step[] | null {
  const seen = new Set<string>();
  let ways: (readonly Step[])[] = readsOf(start).map((step) => [step]);
  while (ways.length > 0) {
    const next: (readonly Step[])[] = [];
    for (const way of ways) {
      const target = schema.resolveTable(way.at(-1)!.read);
      if (target === undefined) continue;
      if (target === start) return way;
      if (seen.has(qualified(target))) continue;
      seen.add(qualified(target));
      for (const step of readsOf(target)) if (way.every((other) => sharesRole(other.policy, step.policy))) next.push([...way, step]);
    }
    ways = next;
  }
  return null;
}

/** What a query's own policies read: a sub-select is a SELECT. */
function readsOf(table: Table): readonly Step[] {
  if (!table.rls.enabled) return [];
  return table.policies
    .filter((policy) => policy.command === "all" || policy.command === "select")
    .flatMap((policy) => clausesOf(policy).filter(({ clause }) => clause === "using").flatMap((clause) => relationsRead(clause).map((read) => ({ table, policy, clause, read }))));
}

function sharesRole(a: Policy, b: Policy): boolean {
  return a.roles.includes("public") || b.roles.includes("public") || a.roles.some((role) => b.roles.includes(role));
}
