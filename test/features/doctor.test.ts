import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { openSitrep, type Sitrep } from "../../src/wiring.ts";
import { feed, feedState } from "../contract/store-samples.ts";
import { keptLog } from "../support/chat-samples.ts";
import { type OwnConfig, ownConfig } from "../support/own-config.ts";
import { replyText } from "../support/reply-text.ts";
import { ROOT } from "../support/rules.ts";
import { somebody } from "../support/tenant-world.ts";

const AT = "2026-05-04T08:00:00.000Z";

let own: OwnConfig;
let sitrep: Sitrep;
beforeEach(async () => {
  own = ownConfig({ settings: "", feeds: "[]\n" });
  const { config } = readConfig(own.env, ROOT, AT);
  if (config === null) throw new Error("the settings have faults");
  sitrep = await openSitrep(config, keptLog().log, { exclusive: false });
  for (const tenant of ["north", "south"]) {
    const entry = { tenant, at: AT, user: "chat:ada", what: "added it" };
    await sitrep.ledger.addFeed(feed(`f-${tenant}`), entry);
    const failing = feedState({ failures: 3, problem: `broken in ${tenant}` });
    await sitrep.ledger.saveFeedState(`f-${tenant}`, failing);
  }
});
afterEach(async () => {
  await sitrep.close();
  own.remove();
});

async function doctorFor(tenant: string): Promise<string> {
  return replyText(await sitrep.commander.runLine("/sitrep-admin doctor", somebody(tenant)));
}

test("the doctor shows a tenant the clock and its own feeds, nothing of others or of the machine", async () => {
  const text = await doctorFor("north");
  expect(text).toContain("broken in north: see /sitrep-admin source test f-north");
  expect(text).toContain("clock");
  for (const hidden of ["south", own.data, own.config, "MB free", "outbox", "subscriptions"]) {
    expect(text).not.toContain(hidden);
  }
});

test("the doctor shows the operator the machine, and no feed of a tenant's own", async () => {
  const text = await doctorFor("web");
  for (const shown of [own.data, own.config, "MB free", "outbox"]) expect(text).toContain(shown);
  expect(text).not.toContain("broken in");
});
