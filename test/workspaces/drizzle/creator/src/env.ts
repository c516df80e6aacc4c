export const env = {
  DATABASE_URL: process.env.DATABASE_URL ?? "postgres://localhost/studio",
};
