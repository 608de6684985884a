import { createSlack } from "../../src/chat/slack/slack.ts";
import { keptLog, sampleCommander, seenInMemory } from "../support/chat-samples.ts";
import type { Fault, WireCall } from "../support/wire-server.ts";
import { BLIND_CHANNEL_ID, CHANNEL_ID, startWireSlack } from "../support/wire-slack.ts";
import { activeMentions, maskedLinks, mrkdwnOf } from "../support/wire-slack-rules.ts";
import { type Bench, transportContract } from "./transport-contract.ts";

const TOKEN = "xoxb-canary-of-slack";

function wouldPost({ path }: WireCall): boolean {
  return path.endsWith("chat.postMessage");
}

async function openBench(): Promise<Bench> {
  let next: Fault | null = null;
  const wire = await startWireSlack({
    token: TOKEN,
    fault(call) {
      if (!wouldPost(call)) return null;
      const fault = next;
      next = null;
      return fault;
    },
  });
  const { log, lines } = keptLog();
  const slack = createSlack({
    botToken: TOKEN,
    appToken: null,
    signingSecret: null,
    apiUrl: wire.api,
    commander: sampleCommander().commander,
    configured: { admins: [], editors: [] },
    seen: seenInMemory(),
    log,
    requestMs: 300,
  });
  const refusal = (error: string): Fault => ({
    kind: "status",
    status: 200,
    body: { ok: false, error },
  });
  const texts = (): readonly string[] => wire.posts.map(({ body }) => mrkdwnOf(body["blocks"]));
  const asides = (): readonly string[] => wire.posts.map(({ body }) => String(body["text"]));
  return {
    transport: slack.transport,
    channel: CHANNEL_ID,
    blindChannel: BLIND_CHANNEL_ID,
    unknownChannel: "C0NOWHERE",
    failNext(fault) {
      next = fault;
    },
    limited: (afterMs) => ({
      kind: "status",
      status: 429,
      body: { ok: false, error: "ratelimited" },
      headers: { "retry-after": String(afterMs / 1000) },
    }),
    unauthorized: refusal("invalid_auth"),
    forbidden: refusal("not_in_channel"),
    requests: () => wire.server.calls.filter(wouldPost).length,
    posts: texts,
    asides,
    refused: () => wire.refused,
    active: () =>
      [...texts(), ...asides()].flatMap((text) => [
        ...activeMentions(text),
        ...maskedLinks(text).map(({ url }) => url),
      ]),
    lines: () => lines,
    canary: TOKEN,
    async stop() {
      await slack.stop();
      await wire.stop();
    },
  };
}

transportContract("the Slack transport", openBench);
