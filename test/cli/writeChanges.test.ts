import { expect, test } from "vitest";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import type { Disk } from "../../server/src/cli/io";
import { writeChanges } from "../../server/src/cli/writeChanges";

function recorder(failing: string | null = null): { disk: Disk; log: string[] } {
  const log: string[] = [];
  const act = (what: string) => (file: string): Promise<void> => {
    if (file === failing) return Promise.reject(new Error(`EEXIST ${file}`));
    log.push(`${what} ${file}`);
    return Promise.resolve();
  };
  return { disk: { create: act("create"), overwrite: act("overwrite"), remove: act("remove") }, log };
}

const changes = [
  { file: "/a", before: "one", after: "two" },
  { file: "/m", before: null, after: "new" },
  { file: "/n", before: null, after: "new" },
];

test("new files come first", async () => {
  const { disk, log } = recorder();
  await writeChanges(changes, memoryFileSystem({ "/a": "one" }), disk);
  expect(log).toEqual(["create /m", "create /n", "overwrite /a"]);
});

test("where one cannot be made, nothing is changed", async () => {
  const { disk, log } = recorder("/n");
  await expect(writeChanges(changes, memoryFileSystem({ "/a": "one" }), disk)).rejects.toThrow("EEXIST /n");
  expect(log).toEqual(["create /m", "remove /m"]);
});

test("what another program has changed is left alone", async () => {
  const { disk, log } = recorder();
  await expect(writeChanges(changes, memoryFileSystem({ "/a": "edited" }), disk)).rejects.toThrow("/a was changed by another program");
  expect(log).toEqual([]);
});
