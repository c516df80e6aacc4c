import { githubReport } from "./github";
import { gitlabReport } from "./gitlab";
import { jsonReport } from "./json";
import { junitReport } from "./junit";
import type { Report } from "./report";
import { sarifReport } from "./sarif";
import { textReport } from "./text";

export const formatNames = ["text", "json", "sarif", "github", "gitlab", "junit"] as const;
export type Format = (typeof formatNames)[number];

export const formats: Readonly<Record<Format, Report>> = {
  text: textReport,
  json: jsonReport,
  sarif: sarifReport,
  github: githubReport,
  gitlab: gitlabReport,
  junit: junitReport,
};

/** What hosts of code read names files from the repository's root; what people and scripts read, from the current folder. */
export function fromRepositoryRoot(format: Format): boolean {
  return format === "github" || format === "gitlab" || format === "sarif";
}
