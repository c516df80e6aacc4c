// Signs of severity and heat, drawn: a shape each, so that colour is never alone.

import { svg } from "./element";
import type { ExplainFinding } from "../../../server/src/protocol";

type Severity = ExplainFinding["severity"];

const shapes: Readonly<Record<Severity, string>> = {
  error: "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm3.2 3.1L8 7.3 4.8 4.1l-.7.7L7.3 8l-3.2 3.2.7.7L8 8.7l3.2 3.2.7-.7L8.7 8l3.2-3.2Z",
  warning: "M8 1.2 15.4 14.6H.6L8 1.2Zm-.6 4.6v4.6h1.2V5.8Zm0 5.8v1.3h1.2v-1.3Z",
  info: "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm-.6 5.6v5.2h1.2V6.6Zm0-2.6v1.4h1.2V4Z",
  hint: "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm-.6 5.6v5.2h1.2V6.6Zm0-2.6v1.4h1.2V4Z",
};

export function severityIcon(severity: Severity): SVGSVGElement {
  return svg("svg", { class: `icon ${severity}`, viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" }, svg("path", { d: shapes[severity], "fill-rule": "evenodd" }));
}

/** The arrow before a node with children; the stylesheet turns it. */
export function twistie(): SVGSVGElement {
  return svg("svg", { class: "twistie", viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" }, svg("path", { d: "M6 3.5 10.5 8 6 12.5", fill: "none", stroke: "currentColor", "stroke-width": 1.4 }));
}
