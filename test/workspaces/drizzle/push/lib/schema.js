const { pgTable, serial, text, integer, boolean, timestamp, index } = require("drizzle-orm/pg-core");

const lists = pgTable("lists", { id: serial("id").primaryKey(), title: text("title").notNull() });

const todos = pgTable(
  "todos",
  {
    id: serial("id").primaryKey(),
    listId: integer("list_id").notNull().references(() => lists.id, { onDelete: "cascade" }),
    text: text("text").notNull(),
    done: boolean("done").default(false),
    due: timestamp("due"),
  },
  (table) => ({ listIdx: index("todos_list_idx").on(table.listId) }),
);

module.exports = { lists, todos };
