import { relationsWrittenBy } from "../facts/bodies";
import { placeOfName } from "../facts/places";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";
import { qualified } from "../../schema/view";

const tables = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant text NOT NULL,
    topic text NOT NULL
  );
  CREATE TABLE topics (
    tenant text NOT NULL,
    topic text NOT NULL,
    PRIMARY KEY (tenant, topic)
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON notes USING (tenant = current_user);
  ALTER TABLE topics ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON topics USING (tenant = current_user);
`;
const keep = (security: string): string => `CREATE FUNCTION keep_topic() RETURNS trigger LANGUAGE plpgsql${security} SET search_path = '' AS $$ BEGIN INSERT INTO public.topics (tenant, topic) VALUES (split_part(new.topic, '/', 1), new.topic) ON CONFLICT DO NOTHING; RETURN new; END $$;`;
const trigger = "CREATE TRIGGER keep_topic AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION keep_topic();";
const world = [
  "CREATE TABLE notes (tenant text, topic text)",
  "CREATE TABLE topics (tenant text, topic text, PRIMARY KEY (tenant, topic))",
  "INSERT INTO topics VALUES ('pg_monitor', 'a'), ('b', 'b')",
  ...["notes", "topics"].flatMap((name) => [`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`, `CREATE POLICY own ON ${name} USING (tenant = current_user)`, `GRANT ALL ON ${name} TO pg_monitor`]),
];

export default defineRule({
  id: "security/trigger-bypasses-rls",
  summary: "A trigger writes into a table with policies by its owner's rights.",
  why:
    "A trigger's function that is SECURITY DEFINER writes as its owner, whom the policies of the tables that it writes do not hold for. Whoever may write the first table writes the second one by way of it: with another tenant's name in the row, into that tenant's rows " +
    "([CREATE FUNCTION](https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY)).",
  whatToDo: "Leave SECURITY DEFINER out, so that the policies of both tables hold for the caller. Where it is needed, have the function write the tenant of the caller, and not what the row says.",
  whenNotToUse: "The table is a log, or what the function writes is made of nothing that the caller chooses.",
  severity: { recommended: "off", strict: "info" },
  fix: null,
  sources: ["postgres:sql-createfunction", "pgrls:SEC013", "union:217"],
  examples: [
    bad(`SET lock_timeout = '5s';\n${keep(" SECURITY DEFINER")}\n${trigger}\n`, {
      title: "Into another tenant's rows",
      given: tables,
      at: "keep_topic",
      occurrence: 1,
      message: "Trigger keep_topic of notes writes topics with the rights of its function's owner, whom the policies of topics do not hold for: what a caller writes into notes decides on rows of topics. Leave SECURITY DEFINER out of keep_topic().",
    }),
    bad(`SET lock_timeout = '5s';\n${trigger}\n`, { title: "A function that was there before", given: `${tables}${keep(" SECURITY DEFINER")}\n`, at: "keep_topic" }),
    good(`SET lock_timeout = '5s';\n${keep("")}\n${trigger}\n`, { title: "With the caller's rights", given: tables }),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ BEGIN new.topic := lower(new.topic); RETURN new; END $$;
        CREATE TRIGGER touch BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION touch();
      `,
      { title: "It writes no other table", given: tables },
    ),
    good(`SET lock_timeout = '5s';\n${keep(" SECURITY DEFINER")}\n${trigger}\nALTER FUNCTION keep_topic() SECURITY INVOKER;\n`, { title: "Taken back in the same migration", given: tables }),
  ],
  proof: [
    { given: [...world, keep(" SECURITY DEFINER"), trigger, "SET ROLE pg_monitor", "INSERT INTO notes VALUES ('pg_monitor', 'b/planted')", "RESET ROLE"], statement: "SELECT * FROM topics WHERE tenant = 'b'", rows: 2 },
    { given: [...world, keep(""), trigger, "SET ROLE pg_monitor"], statement: "INSERT INTO notes VALUES ('pg_monitor', 'b/planted')", fails: "42501" },
    { given: [...world, keep(""), trigger, "SET ROLE pg_monitor", "INSERT INTO notes VALUES ('pg_monitor', 'pg_monitor/mine')"], statement: "SELECT * FROM topics", rows: 2 },
  ],
  on: "table",
  check(context) {
    const { table, schema } = context;
    for (const trigger of table.triggers) {
      const place = trigger.origin;
      const routine = schema.functions(trigger.function).find((each) => each.arguments.length === 0);
      if (place === null || routine?.securityDefiner !== true) continue;
      const written = relationsWrittenBy(schema, routine).flatMap((name) => schema.table(name) ?? []).find((each) => each.rls.enabled && qualified(each) !== qualified(table));
      if (written === undefined) continue;
      context.report({
        at: placeOfName(place, trigger.name),
        object: `${table.schema}.${table.name}`,
        message: `Trigger ${trigger.name} of ${display(table)} writes ${display(written)} with the rights of its function's owner, whom the policies of ${display(written)} do not hold for: what a caller writes into ${display(table)} decides on rows of ${display(written)}. Leave SECURITY DEFINER out of ${display(routine)}().`,
      });
    }
  },
});
