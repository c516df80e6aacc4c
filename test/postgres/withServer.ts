import { afterAll, beforeAll } from "vitest";
import { shareServer, type ServerName, type Server } from "./server";

/**
 * For a `describe` block, or a whole test file: starts the version's server before its tests and ends it after them.
 * Gives a function, because there is no server yet while tests are collected. Apart from `server.ts`, which runs without a test runner too.
 */
export function withServer(name: ServerName): () => Server {
  let server: Server | undefined;
  beforeAll(async () => {
    server = await shareServer(name);
  });
  afterAll(async () => {
    await server?.stop();
    server = undefined;
  });
  return () => {
    if (!server) {
      throw new Error(`Postgres ${name} runs only while the tests of its describe block do`);
    }
    return server;
  };
}
