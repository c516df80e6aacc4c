import { expect, test } from "vitest";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { Overlay } from "../../server/src/cli/overlay";

test("what lies over the files is listed, read and seen as a file", async () => {
  const overlay = new Overlay(memoryFileSystem({ "/p/db/1.sql": "one" }));
  overlay.create("/p/db/2.sql", "two");
  overlay.create("/p/new/3.sql", "three");
  overlay.create("/p/node_modules/4.sql", "");
  overlay.create("/p/notes.txt", "");
  const { fileSystem } = overlay;
  const accept = (name: string): boolean => name.endsWith(".sql");
  expect((await fileSystem.list("/p", { accept })).files).toEqual(["/p/db/1.sql", "/p/db/2.sql", "/p/new/3.sql"]);
  expect((await fileSystem.list("/p/db", { accept })).files).toEqual(["/p/db/1.sql", "/p/db/2.sql"]);
  expect((await fileSystem.list("/p", { accept, depth: 0 })).files).toEqual([]);
  expect((await fileSystem.list("/p", { accept, enter: (name) => name !== "new" })).files).toEqual(["/p/db/1.sql", "/p/db/2.sql"]);
  expect(await fileSystem.read("/p/new/3.sql")).toEqual({ text: "three", bom: false });
  expect((await fileSystem.stat("/p/new/3.sql"))?.kind).toBe("file");
  expect((await fileSystem.stat("/p/new"))?.kind).toBe("directory");
  expect(await fileSystem.stat("/p/other")).toBeNull();
  overlay.lay("/p/db/5.sql", { problem: "not-utf8" });
  expect((await fileSystem.stat("/p/db/5.sql"))?.kind).toBe("file");
  expect(await fileSystem.read("/p/db/5.sql")).toEqual({ problem: "not-utf8" });
});

test("changes are told against what stood there first", async () => {
  const overlay = new Overlay(memoryFileSystem({ "/a": "\ufeffone", "/b": "same" }));
  expect([await overlay.text("/a"), await overlay.text("/b"), await overlay.text("/c")]).toEqual(["one", "same", null]);
  overlay.change("/a", "two");
  overlay.change("/a", "three");
  overlay.change("/b", "other");
  overlay.change("/b", "same");
  overlay.create("/n", "new");
  overlay.change("/n", "newer");
  expect(overlay.changes()).toEqual([
    { file: "/a", before: "\ufeffone", after: "\ufeffthree" },
    { file: "/n", before: null, after: "newer" },
  ]);
});
