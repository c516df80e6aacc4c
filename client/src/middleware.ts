// What the client changes in the server's answers.
import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import type { RulePages } from "./rulePages";

export function createMiddleware(pages: RulePages): Middleware {
  /** A finding's code links to its rule's page: a `file:` URI from the server, which VS Code would show as source text. */
  function linkToPages(diagnostics: readonly vscode.Diagnostic[] | undefined): void {
    for (const diagnostic of diagnostics ?? []) {
      if (typeof diagnostic.code !== "object") continue;
      const link = pages.linkFor(diagnostic.code.target);
      if (link) diagnostic.code = { value: diagnostic.code.value, target: link };
    }
  }

  return {
    handleDiagnostics(uri, diagnostics, next) {
      linkToPages(diagnostics);
      next(uri, diagnostics);
    },
    async provideDiagnostics(document, previousResultId, token, next) {
      const report = await next(document, previousResultId, token);
      if (!report) return report;
      // The kinds are an enum in vscode-languageclient's types, and plain strings in what it delivers.
      if ("items" in report) linkToPages(report.items);
      for (const related of Object.values(report.relatedDocuments ?? {})) {
        if ("items" in related) linkToPages(related.items);
      }
      return report;
    },
    provideWorkspaceDiagnostics(resultIds, token, resultReporter, next) {
      return next(resultIds, token, (chunk) => {
        for (const report of chunk?.items ?? []) {
          if ("items" in report) linkToPages(report.items);
        }
        resultReporter(chunk);
      });
    },
    provideHover(document, position, token, next) {
      const enabled = vscode.workspace.getConfiguration("plumbline", document).get<boolean>("hover.enable", true);
      return enabled ? next(document, position, token) : undefined;
    },
  };
}
