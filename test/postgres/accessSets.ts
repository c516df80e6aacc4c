// Policy sets, each with a history, sample rows for two tenants and one of nobody's, and who calls.

export interface PolicySet {
  readonly name: string;
  /** Run before by a superuser, and unknown to the history: what a platform brings. */
  readonly setUp?: string;
  readonly history: string;
  readonly rows: readonly string[];
  /** Settings of each caller. */
  readonly callers: readonly string[];
  readonly platform?: "supabase" | "neon";
  readonly since?: number;
  readonly until?: number;
  /** The tables behind views. */
  readonly bases?: Readonly<Record<string, string>>;
  /** Tables that are only there to be read by policies. */
  readonly leave?: readonly string[];
}

const tenants = ["set local app.tenant = 'a'", "set local app.tenant = 'b'", ""];
const notes = "create role app; create table notes (id int primary key, tenant text, note text default 'x'); grant select, insert, update, delete on notes to app";
const on = "alter table notes enable row level security";
const rows = ["insert into notes values (1, 'a', 'n'), (2, 'b', 'n'), (3, null, 'n')"];
const mine = "tenant = current_setting('app.tenant', true)";

const set = (name: string, history: readonly string[], more: Partial<PolicySet> = {}): PolicySet => ({ name, history: history.join(";\n"), rows, callers: tenants, ...more });

export const policySets: readonly PolicySet[] = [
  set("row-level security off", [notes]),
  set("on, without a policy", [notes, on]),
  set("one policy for all commands", [notes, on, `create policy p on notes using (${mine})`]),
  set("to a role of its own", [notes, on, "create role other; grant all on notes to other", `create policy p on notes to app using (${mine})`]),
  set("one policy a command", [notes, on, `create policy s on notes for select using (${mine})`, `create policy i on notes for insert with check (${mine})`, `create policy u on notes for update using (${mine})`, `create policy d on notes for delete using (${mine})`]),
  set("select alone", [notes, on, `create policy s on notes for select using (${mine})`]),
  set("permissive policies are ORed", [notes, on, `create policy s on notes using (${mine})`, "create policy n on notes for select using (tenant is null)"]),
  set("a restrictive policy is ANDed", [notes, on, "create policy s on notes using (true)", `create policy r on notes as restrictive using (${mine})`]),
  set("a restrictive policy alone", [notes, on, "create policy r on notes as restrictive using (true)"]),
  set("WITH CHECK alone", [notes, on, `create policy i on notes for insert with check (${mine})`, "create policy s on notes for select using (true)"]),
  set("a WITH CHECK wider than USING", [notes, on, `create policy p on notes using (${mine}) with check (true)`]),
  set("a WITH CHECK narrower than USING", [notes, on, `create policy p on notes using (true) with check (${mine})`]),
];
