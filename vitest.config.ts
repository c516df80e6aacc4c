import { defineConfig } from "vitest/config";

// The editor suite (test/vscode) runs inside VS Code under Mocha: see test/run.mjs.
export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 180_000,
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["test/**/*.test.ts"], exclude: ["test/vscode/**", "test/postgres/**", "test/webview/**", "test/workspaces/**"] },
      },
      // Pages in a real Chromium, from the built bundles.
      { extends: true, test: { name: "webview", include: ["test/webview/**/*.test.ts"], fileParallelism: false } },
      // Real servers: files share running clusters and two cores, so they run one after another.
      { extends: true, test: { name: "postgres", include: ["test/postgres/**/*.test.ts"], fileParallelism: false, testTimeout: 300_000 } },
    ],
  },
});
