// `plumbline/testConnection`: whether a server answers, and as what.

import type { CancellationToken } from "vscode-languageserver";
import { sentence, signalOf, type ExplainHost } from "./explain";
import { testEmbedded, testRemote } from "../database/explainer";
import { surroundings } from "../database/surroundings";
import type { TestConnectionParams, TestConnectionResult } from "../protocol";

export async function testConnection({ target }: TestConnectionParams, { trusted, embedded }: Pick<ExplainHost, "trusted" | "embedded">, token: CancellationToken): Promise<TestConnectionResult> {
  if (!trusted) return { server: null, message: "This workspace is not trusted, so that nothing is connected to." };
  const { signal, release } = signalOf(token);
  try {
    return target.kind === "remote" ? await testRemote(target, surroundings(), signal) : await testEmbedded(embedded, signal);
  } catch (error) {
    if (error instanceof Error && error.name === "DatabaseFault") return { server: null, message: sentence(error.message) };
    throw error;
  } finally {
    release();
  }
}
