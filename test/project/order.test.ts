import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byDottedVersion, byName, byNumber } from "../../server/src/project/tools/order";

describe("orders", () => {
  it("reads digits in names as numbers", () => {
    expect(["10_b", "9_a", "1_z", "01_y", "a", "2024-01-31_x", "2024-1-4_x"].sort(byName)).toEqual(["01_y", "1_z", "9_a", "10_b", "2024-1-4_x", "2024-01-31_x", "a"]);
  });

  it("compares Flyway's versions part by part", () => {
    expect(["1.10", "1.9", "2", "1", "1_9_1", "20240101"].sort(byDottedVersion)).toEqual(["1", "1.9", "1_9_1", "1.10", "2", "20240101"]);
    expect(byDottedVersion("1", "1.0.0")).toBe(0);
    expect(byDottedVersion("1_1", "1.1")).toBe(0);
    expect(byDottedVersion("007", "7")).toBe(0);
  });

  it("compares numbers of any length", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.nat(3), (a, b, zeros) => {
        expect(Math.sign(byNumber("0".repeat(zeros) + a.toString(), b.toString()))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it("orders names totally", () => {
    const name = fc.stringMatching(/^[0-9a-c_.-]{1,8}$/);
    fc.assert(
      fc.property(name, name, name, (a, b, c) => {
        expect(Math.sign(byName(a, b))).toBe(-Math.sign(byName(b, a)) + 0);
        expect(byName(a, b) === 0).toBe(a === b);
        if (byName(a, b) <= 0 && byName(b, c) <= 0) expect(byName(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
