import { integer, pgEnum, pgTable, text, uuid } from "drizzle-orm/pg-core";
import projects from "./projects";
import { columns as taskColumns, tasks } from "./tasks";

export const boardKind = pgEnum("board_kind", ["kanban", "list"]);

export const boards = pgTable("boards", {
  id: taskColumns.id(),
  projectId: uuid("project_id").notNull().references(() => projects.id),
  // The other way round in tasks.ts: the two files import each other.
  pinnedTaskId: uuid("pinned_task_id").references(() => tasks.id),
  kind: boardKind().notNull().default("kanban"),
  position: integer().notNull().default(0),
  title: text(),
});
