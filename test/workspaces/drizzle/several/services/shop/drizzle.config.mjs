export default { dialect: "mysql", schema: "./src/schema.ts", out: "./migrations" };
