import { spawn } from "node:child_process";
import { treeMemory } from "./memory";

export interface Run {
  /** Seconds of wall time, the median of all runs. */
  readonly seconds: number;
  /** The most MiB that was seen, looking every 20 ms. */
  readonly memory: number;
}

/** Runs a command several times; what it prints is thrown away, and it may exit as it likes. */
export async function measureCommand(command: string, args: readonly string[], cwd: string, runs: number): Promise<Run> {
  const seconds: number[] = [];
  let memory = 0;
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    const child = spawn(command, args, { cwd, stdio: "ignore" });
    const watch = setInterval(() => {
      const now = treeMemory(child.pid!);
      if (now > memory) memory = now;
    }, 20);
    await new Promise((resolve) => child.once("exit", resolve));
    clearInterval(watch);
    seconds.push((performance.now() - start) / 1000);
  }
  seconds.sort((a, b) => a - b);
  return { seconds: seconds[Math.floor(seconds.length / 2)]!, memory };
}
