import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { signatureFault } from "../../../src/chat/slack/signature.ts";

const SECRET = "secret-of-the-test";
const NOW_MS = Date.parse("2026-03-01T08:00:00Z");

function signed(body: string, atMs: number, secret = SECRET) {
  const timestamp = String(Math.floor(atMs / 1000));
  const mac = createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex");
  return { timestamp, body, signature: `v0=${mac}` };
}

test("a signature is good for five minutes in both directions", () => {
  const verdicts = [-301, -300, 0, 300, 301].map((seconds) =>
    signatureFault(signed("a=1", NOW_MS + seconds * 1000), SECRET, NOW_MS),
  );
  expect(verdicts).toEqual(["stale", null, null, null, "stale"]);
});

test("what is not signed, or not signed so, is refused", () => {
  const good = signed("a=1", NOW_MS);
  const fault = (fields: object, secret = SECRET) =>
    signatureFault({ ...good, ...fields }, secret, NOW_MS);
  expect(fault({ signature: null })).toBe("unsigned");
  expect(fault({ timestamp: null })).toBe("unsigned");
  expect(fault({}, "")).toBe("unsigned");
  expect(fault({ timestamp: `${good.timestamp}.0` })).toBe("forged");
  expect(fault({ timestamp: "NaN" })).toBe("forged");
  expect(fault({ body: "a=2" })).toBe("forged");
  expect(fault({ signature: good.signature.replace("v0=", "v1=") })).toBe("forged");
  expect(fault({ signature: good.signature.toUpperCase() })).toBe("forged");
});

test("no guessed signature is accepted", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.integer({ min: -600, max: 600 }),
      (body, secret, s) => {
        fc.pre(secret !== SECRET);
        expect(
          signatureFault(signed(body, NOW_MS + s * 1000, secret), SECRET, NOW_MS),
        ).not.toBeNull();
      },
    ),
    { numRuns: 1_000 },
  );
});
