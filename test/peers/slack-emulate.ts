import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { ownConfig } from "../support/own-config.ts";
import { addressOf, type Running, startSitrep } from "../support/sitrep.ts";
import { signedRequest } from "../support/wire-slack.ts";
import { loadPeer, startChecks, until } from "./checks.ts";

// A whole run against emulate, a stand-in for Slack's Web API that is not ours. It is installed by hand; see
// test/peers/README.md. Then: node test/peers/slack-emulate.ts FOLDER

type Emulator = { readonly url: string; close(): Promise<void> };
const loaded = await loadPeer("emulate", process.argv[2]);
const { createEmulator } = loaded as { createEmulator(options: object): Promise<Emulator> };

const TOKEN = "xoxb-peer";
const PORT = 4_803;
const SECRET = "peer-secret";
const SCOPES = [
  "chat:write",
  "channels:history",
  "groups:history",
  "users:read",
  "channels:read",
  "files:write",
];
const emulator = await createEmulator({
  service: "slack",
  port: PORT,
  seed: {
    tokens: { [TOKEN]: { login: "sitrep", scopes: SCOPES } },
    slack: {
      team: { name: "Peers", domain: "peers" },
      users: [{ name: "ann", real_name: "Ann", email: "ann@example.com" }],
      channels: [{ name: "general", topic: "General" }],
      bots: [{ name: "sitrep" }],
      tokens: [{ token: TOKEN, scopes: SCOPES }],
    },
  },
});

async function call(method: string, body: Readonly<Record<string, string>>): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${PORT}/api/${method}`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}` },
    body: new URLSearchParams(body),
  });
  return response.json();
}

const channels = JSON.stringify(await call("conversations.list", {}));
const channelId = /"id":"(C[A-Z0-9]+)"/.exec(channels)?.[1] ?? "";
const checks = startChecks("emulate");
const own = ownConfig({
  settings: `subscriptions:\n  - { channel: "slack:${channelId}", topic: venezuela-talks, mode: digest, at: "08:00", first: now }\n`,
});
const env = {
  ...own.env,
  SLACK_BOT_TOKEN: TOKEN,
  SLACK_SIGNING_SECRET: SECRET,
  SLACK_API_URL: `http://127.0.0.1:${PORT}/api/`,
};
let run: Running = startSitrep(env);

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function posts(): Promise<readonly string[]> {
  const asked = { channel: channelId, include_all_metadata: "true" };
  const { messages } = (await call("conversations.history", asked)) as { messages?: object[] };
  return (messages ?? [])
    .map((one) => JSON.stringify(one))
    .filter((one) => one.includes("Venezuela"));
}

try {
  await checks.check("posts the digest that is due", () =>
    until(async () => (await posts()).length === 1),
  );
  await checks.check("posts it with blocks, a text, and its key as metadata", async () => {
    const [post = ""] = await posts();
    return ['"blocks"', '"text"', "sitrep_delivery"].every((part) => post.includes(part));
  });
  await run.end("SIGKILL");
  run = startSitrep(env);
  await run.until(/Sitrep is at/);
  await checks.check("posts nothing twice after it was killed", async () => {
    await new Promise((done) => setTimeout(done, 5_000));
    return (await posts()).length === 1;
  });
  await checks.check("answers a signed slash command with a chart that it uploaded", async () => {
    const answered = Promise.withResolvers<string>();
    const responder = createServer((request, response) => {
      let body = "";
      request.on("data", (part) => {
        body += String(part);
      });
      request.on("end", () => {
        answered.resolve(body);
        response.end("ok");
      });
    }).listen(0, "127.0.0.1");
    await once(responder, "listening");
    const form = new URLSearchParams({
      command: "/sitrep",
      text: "trend venezuela-talks",
      team_id: "T000000001",
      channel_id: channelId,
      user_id: "U000000001",
      trigger_id: "1.1",
      response_url: `http://127.0.0.1:${portOf(responder)}/answer`,
    }).toString();
    const { headers } = signedRequest(SECRET, form, Date.now());
    const page = await addressOf(run);
    const ack = await fetch(`${page}/slack/events`, { method: "POST", headers, body: form });
    const answer = await answered.promise;
    responder.close();
    return ack.status === 200 && /"type":"image","slack_file":\{"id":"F/.test(answer);
  });
} finally {
  process.stdout.write(
    run
      .err()
      .split("\n")
      .filter((line) => line.includes("Slack"))
      .slice(0, 5)
      .join("\n"),
  );
  await run.end("SIGTERM");
  await emulator.close();
  own.remove();
}
process.exit(checks.end());
