import { defineConfig } from "drizzle-kit";

export default defineConfig({ dialect: "postgresql", schema: "./services/*/src/**/*.pg.ts", out: "./services/analytics/migrations", casing: "camelCase" });
