import { pgTable, text, uuid, index } from "drizzle-orm/pg-core";
import { people } from "@workbench/shared/tables";
import { audit } from "../columns/base.js";
import baseColumns from "../columns/base.js";
import { teams } from "./teams.js";

const projects = pgTable(
  "projects",
  {
    ...baseColumns,
    teamId: uuid("team_id").notNull().references(() => teams.id, { onDelete: "cascade" }),
    leadId: uuid("lead_id").references(() => people.id, { onDelete: "set null" }),
    title: text().notNull(),
    ...audit,
  },
  (table) => [index().on(table.teamId), index("projects_lead").on(table.leadId)],
);

export default projects;
