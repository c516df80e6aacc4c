import type { Config } from "drizzle-kit";

const config: Config = {
  dialect: "postgresql",
  schema: ["./src/database/tables.ts", "./src/database/views.ts"],
  out: "../../migrations/reports",
};

export default config;
