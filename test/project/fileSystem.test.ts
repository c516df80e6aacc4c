import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FileSystem, Listing } from "../../server/src/project/fileSystem";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { nodeFileSystem } from "../../server/src/project/nodeFileSystem";
import { isInside, joinPath, normalizePath, parentFolder, relativePath } from "../../server/src/project/paths";

let folder: string;

beforeEach(async () => {
  folder = normalizePath(await mkdtemp(join(tmpdir(), "plumbline-files-")));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

const sql = { accept: (name: string) => name.endsWith(".sql") };
const shown = (listing: Listing): readonly string[] => listing.files.map((file) => relativePath(folder, file));

const files = {
  "b.sql": "SELECT 1;",
  "a/c.sql": "SELECT 2;",
  "a/note.txt": "",
  "node_modules/x/d.sql": "",
  "a/dist/e.sql": "",
  ".git/f.sql": "",
  "a/.hidden/g.sql": "",
  "h.sql/inner.sql": "",
  "i.sql/notes.md": "",
};

describe("file systems", () => {
  const both = (): readonly (readonly [string, FileSystem])[] => [
    ["node", nodeFileSystem],
    ["memory", memoryFileSystem(Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text])))],
  ];

  it("list a tree without what is fetched or built", async () => {
    await write(files);
    for (const [name, fileSystem] of both()) {
      const listing = await fileSystem.list(folder, sql);
      expect(shown(listing), name).toEqual(["a/.hidden/g.sql", "a/c.sql", "b.sql", "h.sql/inner.sql"]);
      expect(listing.skipped, name).toEqual([{ file: `${folder}/i.sql`, reason: "directory" }]);
    }
  });

  it("list an ignored folder that is asked for, and no deeper than wanted", async () => {
    await write(files);
    for (const [name, fileSystem] of both()) {
      expect(shown(await fileSystem.list(`${folder}/node_modules`, sql)), name).toEqual(["node_modules/x/d.sql"]);
      expect(shown(await fileSystem.list(folder, { ...sql, depth: 0 })), name).toEqual(["b.sql"]);
      expect(shown(await fileSystem.list(folder, { ...sql, enter: (each) => each !== "a" })), name).toEqual(["b.sql", "h.sql/inner.sql"]);
    }
  });

  it("tell files, folders and nothing apart", async () => {
    await write(files);
    for (const [name, fileSystem] of both()) {
      expect((await fileSystem.stat(`${folder}/b.sql`))?.kind, name).toBe("file");
      expect((await fileSystem.stat(`${folder}/a`))?.kind, name).toBe("directory");
      expect(await fileSystem.stat(`${folder}/none`), name).toBeNull();
      expect(await fileSystem.realPath(`${folder}/none`), name).toBeNull();
      expect(await fileSystem.read(`${folder}/a`), name).toEqual({ problem: "directory" });
      expect(await fileSystem.read(`${folder}/none.sql`), name).toEqual({ problem: "missing" });
    }
  });

  it("read UTF-8 without its byte order mark, and nothing else", async () => {
    const contents = {
      "bom.sql": Buffer.from("\uFEFFSELECT 'ä';"),
      "utf16.sql": Buffer.from("\uFEFFSELECT 1;", "utf16le"),
      "latin1.sql": Buffer.from("SELECT 'ä';", "latin1"),
      "surrogate.sql": Buffer.from([0xed, 0xa0, 0x80]),
      "empty.sql": Buffer.alloc(0),
    };
    await write(contents);
    const memory = memoryFileSystem(Object.fromEntries(Object.entries(contents).map(([path, bytes]) => [`${folder}/${path}`, bytes])));
    for (const fileSystem of [nodeFileSystem, memory]) {
      expect(await fileSystem.read(`${folder}/bom.sql`)).toEqual({ text: "SELECT 'ä';", bom: true });
      expect(await fileSystem.read(`${folder}/utf16.sql`)).toEqual({ problem: "not-utf8" });
      expect(await fileSystem.read(`${folder}/latin1.sql`)).toEqual({ problem: "not-utf8" });
      expect(await fileSystem.read(`${folder}/surrogate.sql`)).toEqual({ problem: "not-utf8" });
      expect(await fileSystem.read(`${folder}/empty.sql`)).toEqual({ text: "", bom: false });
    }
  });

  it("follow links, and end where they go round", async () => {
    await write({ "root/m/1.sql": "", "outside/2.sql": "", "outside/deep/3.sql": "" });
    const links = [
      ["root/m", "root/again"],
      [".", "root/up"],
      ["outside", "root/out"],
      ["outside/deep", "root/m/out-again"],
      ["outside/2.sql", "root/linked.sql"],
      ["nowhere", "root/broken.sql"],
      ["root/ping", "root/pong"],
      ["root/pong", "root/ping"],
    ] as const;
    for (const [target, link] of links) await symlink(join(folder, target), join(folder, link));
    await symlink(join(folder, "outside"), join(folder, "outside/loop"));
    const listing = await nodeFileSystem.list(`${folder}/root`, sql);
    const found = shown(listing);
    expect(found).toContain("root/m/1.sql");
    expect(found).toContain("root/linked.sql");
    expect(found.filter((file) => file.endsWith("3.sql"))).toHaveLength(1);
    expect(found.filter((file) => file.endsWith("1.sql"))).toHaveLength(1);
    const circle = "a link that leads round in a circle";
    expect(listing.skipped.map(({ file, reason }) => [relativePath(folder, file), reason])).toEqual([
      ["root/broken.sql", "missing"],
      ["root/out/loop", circle],
      ["root/ping", circle],
      ["root/pong", circle],
      ["root/up", circle],
    ]);
  });

  it("stop at a limit, and say so", async () => {
    await write(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`d${i}/x.sql`, ""])));
    const listing = await nodeFileSystem.list(folder, { ...sql, maximum: 25 });
    expect(listing.files.length).toBeLessThan(20);
    expect(listing.skipped).toEqual([{ file: folder, reason: "more than 25 files: the rest was not listed" }]);
  });

  it("say that a root is not there", async () => {
    expect(await nodeFileSystem.list(`${folder}/none`, sql)).toEqual({ files: [], skipped: [{ file: `${folder}/none`, reason: "missing" }] });
  });
});

describe("paths", () => {
  it("have one form on every system", () => {
    expect(normalizePath("C:\\Repo\\a.sql")).toBe("c:/Repo/a.sql");
    expect(normalizePath("/repo/")).toBe("/repo");
    expect(normalizePath("C:\\")).toBe("c:/");
    expect(parentFolder("c:/a.sql")).toBe("c:/");
    expect(parentFolder("/a.sql")).toBe("/");
    expect(parentFolder("/")).toBe("/");
  });

  it("are joined and compared by their parts", () => {
    expect(joinPath("/repo/a", "../b/./c.sql")).toBe("/repo/b/c.sql");
    expect(joinPath("c:/repo", "D:\\x")).toBe("d:/x");
    expect(joinPath("/repo", "..")).toBe("/");
    expect(isInside("/repo/a", "/repo/ab")).toBe(false);
    expect(isInside("/", "/repo")).toBe(true);
    expect(isInside("/repo", "/repo")).toBe(true);
    expect(relativePath("/repo", "/repo/a/b")).toBe("a/b");
    expect(relativePath("/repo", "/repo")).toBe("");
  });
});
