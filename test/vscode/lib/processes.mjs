// Child processes that end with us: each leads a process group of its own, and the whole group is ended.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/** Starts a program as the leader of its own process group. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], detached: process.platform !== "win32", ...options });
  running.add(child);
  child.once("exit", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
}

/** Runs a program to its end. Rejects with the tail of what it printed if it fails. */
export async function run(command, args, options = {}) {
  const child = start(command, args, options);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output = (output + chunk).slice(-4000)));
  const [code, signal] = await once(child, "close");
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${signal ?? code}\n${output}`);
  return output;
}

/** npm by the very program that runs us, where npm does; it is a script, so Windows needs no shell. */
export function npm(args, options) {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.c?js$/.test(script)) return run(process.execPath, [script, ...args], options);
  return run("npm", args, { shell: process.platform === "win32", ...options });
}

/** Ends a program and all that it started: politely, then for good after two seconds. Resolves when it is gone. */
export async function stop(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return killGroup(child, "SIGKILL");
  const gone = once(child, "exit");
  killGroup(child, "SIGTERM");
  const timer = setTimeout(() => killGroup(child, "SIGKILL"), 2000);
  await gone;
  clearTimeout(timer);
  // What it started may outlive it.
  killGroup(child, "SIGKILL");
}

function killGroup(child, signal) {
  if (child.pid === undefined) return;
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", String(child.pid), "/t", "/f"], { stdio: "ignore" });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // No process of the group is left.
  }
}

let stopping = false;
/** True once a signal has ended all that was started: its exit is then no fault. */
export const isStopping = () => stopping;

/** Ends all that was started when this process is told to end, and then calls `finish` (to end by default). */
export function stopAllOnSignal(finish = (signal) => process.exit(signal === "SIGINT" ? 130 : 143)) {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      void Promise.all([...running].map(stop)).then(() => finish(signal));
    });
  }
  // npm runs us through a shell and passes a SIGTERM to that shell alone: without a parent left, nobody else will end us.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event) {
    setInterval(() => {
      if (process.ppid !== parent) process.kill(process.pid, "SIGTERM");
    }, 500).unref();
  }
  // The last resort, for an error that nothing caught.
  process.on("exit", () => {
    for (const child of running) killGroup(child, "SIGKILL");
  });
}
