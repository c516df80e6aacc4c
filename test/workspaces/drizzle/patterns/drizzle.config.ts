import { defineConfig } from "drizzle-kit";
import path from "node:path";

const schemaFile = "./src/db/schema.ts";

export default defineConfig({
  dialect: "postgresql",
  schema: [schemaFile, `./src/db/${"auth"}-schema.ts`],
  out: path.join("src", "db", "migrations"),
});
