import "dotenv/config";
import { defineConfig } from "drizzle-kit";

const isProduction = process.env.NODE_ENV === "production";

export default defineConfig({
  out: "./src/database/migrations",
  schema: "./src/database/schema",
  dialect: "postgresql",
  casing: "snake_case",
  dbCredentials: { url: isProduction ? process.env.DATABASE_URL! : "postgres://localhost/lessons" },
  migrations: { table: "migrations", schema: "public" },
});
