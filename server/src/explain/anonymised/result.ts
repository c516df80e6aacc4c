// All that is known of a plan, for others to see.

import { anonymousNotes } from "./notes";
import { anonymousPlans } from "./plan";
import { explainResult, nestedPlan } from "../explainResult";
import { findingRules } from "../findings/index.generated";
import { plansOfValue } from "../read/planOf";
import type { ExplainFinding, ExplainResult } from "../result";

/** Without the notes that name what they speak of. Findings are those of the original, in words of the other's names. */
export function anonymousResult(result: ExplainResult): ExplainResult {
  const originals = [result, ...result.nested].map(({ plan, query }) => ({ plan: plansOfValue(plan).plan, query }));
  const [own, ...within] = anonymousPlans(originals);
  const { server } = result;
  const made = explainResult(own!.plan, { server, query: own!.query, notes: anonymousNotes(result.notes) });
  const findings = (of: Pick<ExplainResult, "findings">, from: Pick<ExplainResult, "findings">): readonly ExplainFinding[] => from.findings.map((finding) => anonymousFinding(finding, of.findings));
  const nested = result.nested.map((each, i) => {
    const inner = nestedPlan({ ...each, plan: within[i]!.plan, query: within[i]!.query! }, { server });
    return { ...inner, findings: findings(inner, each) };
  });
  return { ...made, query: own!.query, findings: findings(made, result), nested };
}

/** What the schema or the server's statistics told is not known of the other's names: then the rule's own words stand for it. */
function anonymousFinding(finding: ExplainFinding, made: readonly ExplainFinding[]): ExplainFinding {
  const same = made.find(({ rule, path }) => rule === finding.rule && path === finding.path);
  if (same !== undefined && (same.sql === null) === (finding.sql === null)) return { ...finding, message: same.message, advice: same.advice, sql: same.sql };
  const rule = findingRules.find(({ id }) => id === finding.rule);
  return { ...finding, message: rule?.summary ?? finding.rule, advice: rule?.whatToDo ?? "", sql: null };
}
