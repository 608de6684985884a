import { expect, test } from "vitest";
import { kills } from "../chaos/kills.ts";
import { zeroWords } from "../chaos/proof.ts";

/** More than a test run has time for: npm run chaos -- kills. */
const KILLS = 50;

test("killed at any point around a request, both platforms get every post once", async () => {
  const { zeros, figures } = await kills(KILLS);
  expect(zeros.filter(({ times }) => times > 0).map(zeroWords)).toEqual([]);
  const killed = figures.filter(({ what }) => what.startsWith("kills on"));
  expect(killed.map(({ value }) => value)).toEqual([KILLS, KILLS]);
}, 300_000);
