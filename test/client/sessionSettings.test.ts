import { describe, expect, it } from "vitest";
import { readSettings } from "../../client/src/sessionSettings";

describe("settings of a session", () => {
  it("are read by name", () => {
    expect(readSettings('app.tenant_id = 7; request.jwt.claims={"sub": "a;b", "role": "x=\\"y\\""};')).toEqual({ "app.tenant_id": "7", "request.jwt.claims": '{"sub": "a;b", "role": "x=\\"y\\""}' });
    expect(readSettings("  ")).toEqual({});
    expect(readSettings("work_mem=64MB")).toEqual({ work_mem: "64MB" });
    expect(readSettings("app.empty=")).toEqual({ "app.empty": "" });
  });

  it.each(["app.tenant_id", "=7", "a b=1"])("are not %j", (text) => {
    expect(readSettings(text)).toBeNull();
  });
});
