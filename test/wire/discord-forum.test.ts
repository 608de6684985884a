import { afterEach, expect, test } from "vitest";
import { createDiscord } from "../../src/chat/discord/discord.ts";
import type { Delivery, Outcome } from "../../src/delivery/delivery.ts";
import { keptInMemory, keptLog, sampleCommander, sampleDelivery } from "../support/chat-samples.ts";
import { startWireDiscord } from "../support/wire-discord.ts";
import { FORUM_CHANNEL, TEXT_CHANNEL, THREAD_CHANNEL } from "../support/wire-discord-gateway.ts";
import type { Fault } from "../support/wire-server.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A forum, and a clock that the test turns. */
async function opened() {
  const faults: Fault[] = [];
  let nowMs = Date.parse("2026-03-01T08:00:00Z");
  const wire = await startWireDiscord({
    now: () => nowMs,
    fault: ({ method, path }) =>
      method === "POST" && path.endsWith("/threads") ? (faults.shift() ?? null) : null,
  });
  ends.push(() => wire.stop());
  const open = () => {
    const discord = createDiscord({
      token: "wire-token",
      apiUrl: wire.api,
      commander: sampleCommander().commander,
      configured: { admins: [], editors: [] },
      remembered: keptInMemory(),
      log: keptLog().log,
      now: () => nowMs,
    });
    ends.push(() => discord.stop());
    return discord;
  };
  return {
    wire,
    faults,
    open,
    pass: (ms: number) => {
      nowMs += ms;
    },
    /** A delivery as it stands when it is claimed for the n-th time. */
    claimed: (attempts: number, fields: Partial<Delivery> = {}) =>
      sampleDelivery({
        channel: FORUM_CHANNEL,
        attempts,
        attemptAt: new Date(nowMs).toISOString(),
        ...fields,
      }),
  };
}

test("the first post to a forum learns that it is one, the next goes there at once", async () => {
  const { wire, open, claimed } = await opened();
  const { transport } = open();
  expect(await transport.send(claimed(1))).toMatchObject({ kind: "retry", afterMs: 0 });
  expect(wire.posts).toHaveLength(0);
  expect((await transport.send(claimed(2))).kind).toBe("sent");
  expect((await transport.send(claimed(1, { key: "second0key0second0key0" }))).kind).toBe("sent");
  expect(wire.refused).toEqual([]);
});

test("a post to a thread goes like one to a channel", async () => {
  const { wire, open, claimed } = await opened();
  const { transport } = open();
  const delivery = claimed(1, { channel: THREAD_CHANNEL });
  expect((await transport.send(delivery)).kind).toBe("sent");
  expect((await transport.find(delivery)).kind).toBe("found");
  expect(wire.posts[0]?.channel).toBe(THREAD_CHANNEL);
});

test("a forum post whose answer was lost is found among the threads, and not made again", async () => {
  const { wire, faults, open, claimed, pass } = await opened();
  const { transport } = open();
  await transport.send(claimed(1));
  const known: Outcome[] = [];
  faults.push({ kind: "lost" });
  const delivery = claimed(1, { key: "forum0key0forum0key000" });
  known.push(await transport.send(delivery));
  known.push(await transport.send(delivery));
  pass(10_000);
  known.push(await transport.send(delivery));
  expect(known.map(({ kind }) => kind)).toEqual(["unclear", "retry", "sent"]);
  expect(wire.posts).toHaveLength(1);
  expect((await transport.find(delivery)).kind).toBe("found");
});

test("a forum post that was begun by a process that died is looked for before it is made", async () => {
  const { wire, faults, open, claimed, pass } = await opened();
  const first = open();
  await first.transport.send(claimed(1));
  faults.push({ kind: "lost" });
  const delivery = claimed(1, { key: "forum0key0forum0key000" });
  expect((await first.transport.send(delivery)).kind).toBe("unclear");
  pass(3_000);
  const second = open();
  await second.transport.send(claimed(1, { key: "another0key0another000" }));
  const waits = await second.transport.send(delivery);
  expect(waits).toMatchObject({ kind: "retry", afterMs: 7_000 });
  pass(7_000);
  expect((await second.transport.send(delivery)).kind).toBe("sent");
  expect(wire.posts.filter(({ body }) => JSON.stringify(body).includes("forum0key0"))).toHaveLength(
    1,
  );
});

test("a channel's tenant is its server", async () => {
  const { open } = await opened();
  expect(await open().tenantOf(TEXT_CHANNEL)).toBe("discord:900000000000000002");
  expect(await open().tenantOf("900000000000000099")).toBeNull();
});
