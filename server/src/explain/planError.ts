/** The text is no plan that can be read. Its message is one or two sentences for a person; nothing else is thrown by the readers. */
export class PlanError extends Error {
  override readonly name = "PlanError";
}
