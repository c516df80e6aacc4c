import { describe, expect, it } from "vitest";
import { withoutContent } from "../../client/src/traceLog";

describe("the trace of messages", () => {
  it.each(["Sending request 'plumbline/explain - (7)'.", "Received response 'plumbline/explain - (7)' in 12ms.", "Sending request 'plumbline/testConnection - (8)'.", "Received response 'plumbline/openPlan - (9)' in 1ms."])("leaves out what %s carries", (first) => {
    expect(withoutContent(`${first}\nParams: {\n  "password": "s3cret"\n}`)).toBe(`${first}\n(not shown)`);
    expect(withoutContent(first)).toBe(first);
  });

  it("shows other messages", () => {
    const message = "Sending request 'textDocument/hover - (7)'.\nParams: {}";
    expect(withoutContent(message)).toBe(message);
  });
});
