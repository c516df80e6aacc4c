import { type AnyPgColumn, foreignKey, index, pgTable, smallint, text, uuid } from "drizzle-orm/pg-core";
import { boards } from "./boards";

export const columns = { id: () => uuid("id").defaultRandom().primaryKey() };

export const tasks = pgTable(
  "tasks",
  {
    id: uuid("id").defaultRandom().primaryKey(),
    boardId: uuid("board_id").references((): AnyPgColumn => boards.id, { onDelete: "cascade" }),
    parentId: uuid("parent_id"),
    title: text().notNull(),
    priority: smallint().notNull().default(3),
  },
  (self) => [
    foreignKey({ columns: [self.parentId], foreignColumns: [self.id], name: "tasks_parent" }).onDelete("cascade"),
    index("tasks_board_priority").on(self.boardId, self.priority.desc()),
  ],
);
