import { WebSocketServer } from "ws";
import { createWireGateway } from "../support/wire-discord-gateway.ts";
import { type Asked, lineOf, listen, type Platform, personOf, sendJson } from "./flood-platform.ts";

const START = { total: 1_000, remaining: 999, reset_after: 1_000, max_concurrency: 1 };

/** Commands come over the gateway; acknowledgements and answers are requests of the bot's. */
export async function floodDiscord(): Promise<Platform> {
  const asked = new Map<string, Asked>();
  const ready = Promise.withResolvers<void>();
  const { server, port, stop } = await listen((request, response) => {
    const { url = "", method } = request;
    const known = asked.get(/\/(t\d+-\d+)(?:\/|$|\?)/.exec(url)?.[1] ?? "");
    if (known !== undefined) {
      if (url.includes("/callback")) known.ack = performance.now();
      else if (method === "PATCH") known.answer = performance.now();
    }
    const gateway = { url: `ws://127.0.0.1:${port}`, shards: 1, session_start_limit: START };
    sendJson(response, url.includes("/gateway") ? gateway : {});
  });
  const gateway = createWireGateway(() => port, Date.now);
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => {
    gateway.connect(socket);
    ready.resolve();
  });
  return {
    env: { DISCORD_TOKEN: "flood-token", DISCORD_API_URL: `http://127.0.0.1:${port}/api` },
    asked,
    connect: () => ready.promise,
    ask(number) {
      const person = personOf(number);
      const [name, option, value] = lineOf(number);
      const options = option === "" ? [] : [{ type: 3, name: option, value }];
      const token = gateway.interact({
        type: 2,
        data: { id: "1", type: 1, name: "sitrep", options: [{ type: 1, name, options }] },
        member: {
          user: { id: `${940_000_000_000_000_000n + BigInt(person)}` },
          roles: [],
          permissions: "0",
        },
      });
      asked.set(token, { at: performance.now(), flood: person === 0 });
    },
    stop() {
      for (const socket of sockets.clients) socket.terminate();
      return stop();
    },
  };
}
