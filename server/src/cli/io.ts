// What the command line does to the world outside, in one interface, so that whole runs can be tested in memory.

import type { FileSystem } from "../project/fileSystem";

export interface Io {
  /** Absolute, with `/`. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard output is a terminal. */
  readonly terminal: boolean;
  /** Resolves when the text has been taken; a reader that went away (a closed pipe) takes all. */
  out(text: string): Promise<void>;
  error(text: string): Promise<void>;
  input(): Promise<Buffer>;
  readonly fileSystem: FileSystem;
  readonly disk: Disk;
}

export interface Disk {
  /** Makes the folders too that are missing. Fails where a file is there. */
  create(file: string, text: string): Promise<void>;
  overwrite(file: string, text: string): Promise<void>;
  remove(file: string): Promise<void>;
}
