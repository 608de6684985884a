import { createDiscord } from "../../src/chat/discord/discord.ts";
import { keptInMemory, keptLog, sampleCommander } from "../support/chat-samples.ts";
import { startWireDiscord } from "../support/wire-discord.ts";
import { BLIND_CHANNEL, TEXT_CHANNEL } from "../support/wire-discord-gateway.ts";
import { activeMentions, markdownOf, maskedLinks } from "../support/wire-discord-rules.ts";
import type { Fault, WireCall } from "../support/wire-server.ts";
import { type Bench, transportContract } from "./transport-contract.ts";

const TOKEN = "canary-token-of-discord";

function wouldPost({ method, path }: WireCall): boolean {
  return method === "POST" && /\/(messages|threads)$/.test(path);
}

async function openBench(): Promise<Bench> {
  let next: Fault | null = null;
  const wire = await startWireDiscord({
    token: TOKEN,
    fault(call) {
      if (!wouldPost(call)) return null;
      const fault = next;
      next = null;
      return fault;
    },
  });
  const { log, lines } = keptLog();
  const discord = createDiscord({
    token: TOKEN,
    apiUrl: wire.api,
    commander: sampleCommander().commander,
    configured: { admins: [], editors: [] },
    remembered: keptInMemory(),
    log,
    requestMs: 300,
    requestsPerSecond: 10_000,
  });
  const refusal = (status: number, code: number): Fault => ({
    kind: "status",
    status,
    body: { code, message: "no" },
  });
  return {
    transport: discord.transport,
    channel: TEXT_CHANNEL,
    blindChannel: BLIND_CHANNEL,
    unknownChannel: "900000000000000099",
    failNext(fault) {
      next = fault;
    },
    limited: (afterMs) => ({
      kind: "status",
      status: 429,
      body: { message: "You are being rate limited.", retry_after: afterMs / 1000, global: false },
      headers: {
        "retry-after": String(afterMs / 1000),
        "x-ratelimit-limit": "5",
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset-after": String(afterMs / 1000),
        "x-ratelimit-scope": "user",
      },
    }),
    unauthorized: refusal(401, 0),
    forbidden: refusal(403, 50013),
    requests: () => wire.server.calls.filter(wouldPost).length,
    posts: () => wire.posts.map(({ body }) => markdownOf(body["components"])),
    asides: () => [],
    refused: () => wire.refused,
    active: () =>
      wire.posts.flatMap(({ body }) => [
        ...activeMentions(body),
        ...maskedLinks(markdownOf(body["components"])).map(({ url }) => url),
      ]),
    lines: () => lines,
    canary: TOKEN,
    async stop() {
      await discord.stop();
      await wire.stop();
    },
  };
}

transportContract("the Discord transport", openBench);
