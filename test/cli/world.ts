// A whole run in memory: files, streams, and a project layer that knows three made-up rules.

import type { CheckResult, ReportedEdit, ReportedFinding } from "../../server/src/lint/reported";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import type { NewBaseline } from "../../server/src/project/writeBaseline";
import { isInside, relativePath } from "../../server/src/project/paths";
import { LineIndex } from "../../server/src/text/lines";
import type { AccessResult, CheckOptions, ExplainOptions, Host, ProjectCheck, SchemaResult } from "../../server/src/cli/host";
import type { ExplainAnswer } from "../../server/src/database/explainer";
import type { Io } from "../../server/src/cli/io";
import { run } from "../../server/src/cli/run";
import { SqlDocument } from "../../server/src/sql/document";
import { rules } from "../report/results";
import { testParser } from "../sql/parsers";

export interface World {
  readonly files: Map<string, string>;
  readonly asked: CheckOptions[];
  out: string;
  error: string;
  run(...args: string[]): Promise<number>;
}

export interface WorldOptions {
  readonly cwd?: string;
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal?: boolean;
  /** By git revision, the files as they were. */
  readonly revisions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly errors?: CheckResult["errors"];
  readonly schema?: SchemaResult["databases"];
  readonly access?: AccessResult["databases"];
  readonly baselines?: readonly NewBaseline[];
  readonly explain?: (options: ExplainOptions) => Promise<ExplainAnswer>;
  readonly check?: (options: CheckOptions) => Promise<ProjectCheck>;
}

/** Its project's root is /repo/app, its repository's /repo. */
export function world(files: Readonly<Record<string, string>>, options: WorldOptions = {}): World {
  const disk = new Map(Object.entries(files));
  const live = () => memoryFileSystem(Object.fromEntries(disk));
  const io: Io = {
    cwd: options.cwd ?? "/repo/app",
    env: options.env ?? {},
    terminal: options.terminal ?? false,
    out: (text) => Promise.resolve(void (self.out += text)),
    error: (text) => Promise.resolve(void (self.error += text)),
    input: () => Promise.resolve(Buffer.from(options.input ?? "")),
    fileSystem: { list: (root, how) => live().list(root, how), read: (file) => live().read(file), stat: (path) => live().stat(path), realPath: (path) => live().realPath(path) },
    disk: {
      create(file, text) {
        if (disk.has(file)) return Promise.reject(new Error("EEXIST"));
        disk.set(file, text);
        return Promise.resolve();
      },
      overwrite: (file, text) => Promise.resolve(void disk.set(file, text)),
      remove: (file) => Promise.resolve(void disk.delete(file)),
    },
  };
  const host: Host = {
    version: "1.2.3",
    rules,
    async checkProject(asked) {
      self.asked.push(asked);
      if (options.check) return options.check(asked);
      const { ref } = asked;
      if (ref !== null && !options.revisions?.[ref]) throw Object.assign(new Error(`git knows no revision ${ref}`), { name: "ProjectError" });
      const result = await lint(ref === null ? asked : { ...asked, fileSystem: memoryFileSystem(options.revisions![ref]!) });
      return { ...result, errors: options.errors ?? [] };
    },
    projectBaselines: () => Promise.resolve(options.baselines ?? []),
    projectSchema: () => Promise.resolve({ databases: options.schema ?? [] }),
    projectAccess: () => Promise.resolve({ databases: options.access ?? [] }),
    readSql: async (text) => new SqlDocument("", text, await testParser()),
    explain: (asked) => options.explain?.(asked) ?? Promise.reject(new Error("nothing explains here")),
  };
  const self: World = { files: disk, asked: [], out: "", error: "", run: (...args) => run(args, host, io) };
  return self;
}

/**
 * `bad` is a warning with a safe fix (`good`), `risky` an error with one to review (`sound`), `move` one whose fix goes
 * into a new file, `odd` information without a fix. Files under released/ may not be edited.
 */
async function lint({ fileSystem, paths }: CheckOptions): Promise<ProjectCheck> {
  const root = "/repo/app";
  const { files } = await fileSystem.list(root, { accept: (name) => name.endsWith(".sql") });
  const findings: ReportedFinding[] = [];
  const texts = new Map<string, string>();
  let statements = 0;
  for (const file of files) {
    const read = await fileSystem.read(file);
    if (!("text" in read)) continue;
    const name = relativePath(root, file);
    texts.set(name, read.text);
    statements += read.text.split(";").length - 1;
    if (paths.length > 0 && !paths.some((path) => isInside(path, file))) continue;
    findings.push(...findingsOf(name, read.text, files));
  }
  return {
    root,
    repository: "/repo",
    releasedFiles: new Set([...texts.keys()].filter((name) => name.startsWith("released/"))),
    findings,
    summary: { files: files.length, statements, released: 0, pending: files.length, accepted: 0 },
    skipped: [],
    errors: [],
    text: (name) => texts.get(name) ?? null,
  };
}

const kinds = { bad: "warning", risky: "error", move: "warning", odd: "info" } as const;

function findingsOf(file: string, text: string, files: readonly string[]): ReportedFinding[] {
  const lines = new LineIndex(text);
  return [...text.matchAll(/\b(bad|risky|move|odd)\b/g)].map((match) => {
    const word = match[1] as keyof typeof kinds;
    const range = { start: lines.positionAt(match.index), end: lines.positionAt(match.index + word.length) };
    const replace = (newText: string): ReportedEdit => ({ kind: "edit", file, range, newText });
    const fixes: Record<string, ReportedFinding["fixes"]> = {
      bad: [{ title: "Make it good", kind: "safe", edits: [replace("good")] }],
      risky: [{ title: "Make it sound", kind: "review", edits: [replace("sound")] }],
      move: [{ title: "Move it", kind: "safe", edits: [replace(""), { kind: "create", file: `new${files.length}.sql`, text: "moved;\n" }] }],
    };
    return {
      rule: `index/${word}`,
      severity: kinds[word],
      message: `${word} is not good.`,
      file,
      range,
      object: null,
      fingerprint: `${word} ${file}`,
      help: "",
      released: file.startsWith("released/"),
      related: [],
      fixes: fixes[word] ?? [],
    };
  });
}
