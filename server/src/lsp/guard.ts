// One fault never ends the server: each request is answered, with nothing if need be, and the fault is said once.

import { LSPErrorCodes, ResponseError, type Connection } from "vscode-languageserver";
import { statusNotification, type StatusParams } from "../protocol";

export class Guard {
  private readonly said = new Set<string>();

  constructor(private readonly connection: Connection) {}

  /** Runs a request; where it fails, logs why and answers `otherwise`. A cancelled request stays one. */
  async request<Result>(what: string, run: () => Result | Promise<Result>, otherwise: Result): Promise<Result> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled) throw error;
      this.fault(what, error);
      return otherwise;
    }
  }

  /** The log has all of it; a person is told once per kind. */
  fault(what: string, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.connection.console.error(`${what}: ${text}`);
    const key = `${what}: ${error instanceof Error ? error.message : String(error)}`;
    if (this.said.has(key)) return;
    this.said.add(key);
    const params: StatusParams = { state: "fault", message: `Plumbline failed at: ${what}. The output channel has the details.` };
    void this.connection.sendNotification(statusNotification, params);
  }
}
