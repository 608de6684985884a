import { expect, test } from "vitest";
import { clocks } from "../chaos/clocks.ts";
import { disk } from "../chaos/disk.ts";
import { fanout } from "../chaos/fanout.ts";
import { faulty } from "../chaos/faulty.ts";
import { flips } from "../chaos/flips.ts";
import { hostile } from "../chaos/hostile.ts";
import { type Proof, zeroWords } from "../chaos/proof.ts";
import { runs } from "../chaos/runs.ts";
import { settling } from "../chaos/settling.ts";
import { signatures } from "../chaos/signatures.ts";
import { subscribers } from "../chaos/subscribers.ts";

/** The rows of npm run chaos, each as small as a test run has time for. Times are measured there, not here. */
test.each<{ readonly says: string; prove(): Promise<Proof> }>([
  { says: "a faulty platform loses and repeats nothing", prove: () => faulty(200) },
  { says: "what a crash left open is settled once", prove: () => settling(42) },
  { says: "clocks that are set miss and double no digest", prove: () => clocks(10) },
  { says: "no post is made without a durable row, on any disk", prove: () => disk(2) },
  { says: "changed bytes are refused or reported, never posted", prove: () => flips(30) },
  { says: "no forged, stale or repeated request is taken", prove: () => signatures(400) },
  { says: "hostile text mentions nobody and masks nothing", prove: () => hostile(60) },
  { says: "an alert to many channels keeps within the platform's limits", prove: () => fanout(60) },
  {
    says: "every channel that wants an item gets it into the outbox",
    prove: () => subscribers(50),
  },
  { says: "a killed run loses, repeats and reveals nothing", prove: () => runs(2) },
])("$says", async ({ prove }) => {
  const { zeros } = await prove();
  expect(zeros.filter(({ times }) => times > 0).map(zeroWords)).toEqual([]);
});
