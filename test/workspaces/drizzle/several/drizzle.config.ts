import { defineConfig } from "drizzle-kit";

const base = { dialect: "postgresql" as const, out: "./build/migrations" };

export default defineConfig({ ...base, schema: "./database" });
