import type { Finding } from "../commands/ports.ts";
import type { Delivery, Transport } from "../delivery/delivery.ts";
import { SETTLE_AFTER_MS } from "../delivery/settle.ts";
import type { Instant } from "../feeds/item.ts";
import { trialDelivery } from "./channel-checks.ts";

/** How long after a post the same key is sent again. */
const WINDOW_MINUTES = [1, 2, 3, 5, 7, 10, 15, 20];
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** Posts that are looked for right after they were made. */
const LOOKS = 10;
const LOOK_EVERY_MS = 250;
const LOOK_MS_MAX = 30_000;

export type ProbePorts = {
  readonly transport: Transport;
  /** With its platform. */
  readonly channel: string;
  now(): Instant;
  wait(ms: number): Promise<void>;
  /** Says what is going on. */
  talk(text: string): void;
};

/**
 * Measures on the live platform what no test can show: how long a post's key keeps it from being made twice, and how
 * soon a post can be read back. Posts some 20 messages into the channel, which stay there.
 */
export async function probe(ports: ProbePorts): Promise<readonly Finding[]> {
  const { sameKeyMs } = ports.transport;
  const window = sameKeyMs === 0 ? [] : [await probeWindow(ports)];
  return [...window, await probeReading(ports)];
}

/** Each wait has a key of its own: sending a key again might itself prolong its time. */
async function probeWindow(ports: ProbePorts): Promise<Finding> {
  const { transport, channel, now, wait, talk } = ports;
  const what = "time in which the same key makes no second post";
  const startedAt = now();
  const posts = [];
  for (const minutes of WINDOW_MINUTES) {
    const delivery = trialDelivery(channel, `sent again after ${minutes} min`, startedAt);
    const outcome = await transport.send(delivery);
    if (outcome.kind !== "sent") return { what, ok: false, text: `not posted: ${outcome.reason}` };
    posts.push({ minutes, delivery, messageId: outcome.messageId, postedMs: Date.parse(now()) });
    await wait(SECOND_MS);
  }
  let longest = 0;
  for (const { minutes, delivery, messageId, postedMs } of posts) {
    await wait(Math.max(0, postedMs + minutes * MINUTE_MS - Date.parse(now())));
    const again = await transport.send({ ...delivery, attempts: 2 });
    const isSame = again.kind === "sent" && again.messageId === messageId;
    talk(`after ${minutes} min: ${isSame ? "the same post" : "a second post"}`);
    if (!isSame) break;
    longest = minutes;
  }
  const ok = longest * MINUTE_MS >= transport.sameKeyMs;
  const relied = `Sitrep relies on ${transport.sameKeyMs / MINUTE_MS} min`;
  return {
    what,
    ok,
    text: `at least ${longest} min; ${relied}${ok ? "" : ": please report this"}`,
  };
}

async function probeReading(ports: ProbePorts): Promise<Finding> {
  const { transport, channel, now, wait, talk } = ports;
  const what = "time until a post can be read back";
  const tookMs: number[] = [];
  for (let look = 1; look <= LOOKS; look++) {
    const delivery = trialDelivery(channel, `read back, ${look} of ${LOOKS}`, now());
    const outcome = await transport.send(delivery);
    if (outcome.kind !== "sent") return { what, ok: false, text: `not posted: ${outcome.reason}` };
    const shown = await shownAfter(ports, delivery);
    if (typeof shown === "string") return { what, ok: false, text: shown };
    if (shown !== null) tookMs.push(shown);
    talk(`read back ${look} of ${LOOKS}`);
    await wait(SECOND_MS);
  }
  const worst = Math.max(0, ...tookMs);
  const ok = tookMs.length === LOOKS && worst <= SETTLE_AFTER_MS;
  const text = `${tookMs.length} of ${LOOKS} found, the slowest after ${worst} ms; Sitrep relies on ${SETTLE_AFTER_MS} ms`;
  return { what, ok, text: ok ? text : `${text}: please report this` };
}

/** Milliseconds; null: not within the time; a text: why it cannot be looked for. */
async function shownAfter(
  { transport, now, wait }: ProbePorts,
  delivery: Delivery,
): Promise<number | string | null> {
  const startedMs = Date.parse(now());
  for (;;) {
    const found = await transport.find(delivery);
    const passedMs = Date.parse(now()) - startedMs;
    if (found.kind === "found") return passedMs;
    if (found.kind === "unreadable") return found.reason;
    if (passedMs > LOOK_MS_MAX) return null;
    await wait(found.kind === "retry" ? (found.afterMs ?? SECOND_MS) : LOOK_EVERY_MS);
  }
}
