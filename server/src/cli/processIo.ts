import { mkdir, unlink, writeFile } from "node:fs/promises";
import { nodeFileSystem } from "../project/nodeFileSystem";
import { normalizePath, parentFolder } from "../project/paths";
import type { Disk, Io } from "./io";

export function processIo(): Io {
  return {
    cwd: normalizePath(process.cwd()),
    env: process.env,
    terminal: process.stdout.isTTY,
    out: writer(process.stdout),
    error: writer(process.stderr),
    input: readInput,
    fileSystem: nodeFileSystem,
    disk,
  };
}

const disk: Disk = {
  async create(file, text) {
    await mkdir(parentFolder(file), { recursive: true });
    await writeFile(file, text, { flag: "wx" });
  },
  overwrite: (file, text) => writeFile(file, text),
  remove: unlink,
};

/** `head` closes the pipe when it has seen enough: the rest is not written, and the exit status still tells what was found. */
function writer(stream: NodeJS.WriteStream): (text: string) => Promise<void> {
  let closed = false;
  // Without a listener a broken pipe would end the process with a stack trace.
  stream.on("error", () => (closed = true));
  return (text) =>
    new Promise((resolve, reject) => {
      if (closed || text === "") {
        resolve();
        return;
      }
      stream.write(text, (error) => {
        if (error && !isClosedPipe(error)) reject(error);
        else resolve();
      });
    });
}

function isClosedPipe(error: Error): boolean {
  const code = "code" in error ? error.code : undefined;
  // EOF is what Windows says.
  return code === "EPIPE" || code === "EOF" || code === "ERR_STREAM_DESTROYED" || code === "ECONNRESET";
}

async function readInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}
