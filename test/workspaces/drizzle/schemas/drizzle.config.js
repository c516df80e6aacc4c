/** @type {import("drizzle-kit").Config} */
export default {
  dialect: "postgresql",
  schema: ["./db/schemas.ts", "./db/tables/*.ts"],
  out: "./db/migrations",
  schemaFilter: ["inventory", "ledger", "public"],
};
