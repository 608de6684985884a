import { createHmac } from "node:crypto";
import { Pool } from "undici";
import { TEAM_ID } from "../support/wire-slack.ts";
import { type Asked, lineOf, listen, type Platform, personOf, sendJson } from "./flood-platform.ts";

const SECRET = "flood-secret";
const CONNECTIONS_MAX = 64;

/** Commands are signed requests, acknowledged by what they are answered with; answers come to an address of each. */
export async function floodSlack(): Promise<Platform> {
  const asked = new Map<string, Asked>();
  const { port, stop } = await listen((request, response) => {
    const { url = "" } = request;
    const known = asked.get(/\/respond\/(\d+)$/.exec(url)?.[1] ?? "");
    if (known !== undefined) known.answer ??= performance.now();
    sendJson(response, { ok: true, team_id: TEAM_ID, user: { is_admin: false } });
  });
  let pool: Pool | null = null;
  const send = async (body: string, one: Asked): Promise<void> => {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const mac = createHmac("sha256", SECRET).update(`v0:${timestamp}:${body}`).digest("hex");
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": `v0=${mac}`,
    };
    const answer = await pool?.request({ method: "POST", path: "/slack/events", headers, body });
    await answer?.body.dump();
    if (answer?.statusCode === 200) one.ack = performance.now();
  };
  return {
    env: {
      SLACK_BOT_TOKEN: "flood-token",
      SLACK_SIGNING_SECRET: SECRET,
      SLACK_API_URL: `http://127.0.0.1:${port}/api/`,
    },
    asked,
    connect(address) {
      pool = new Pool(address, { connections: CONNECTIONS_MAX });
      return Promise.resolve();
    },
    ask(number) {
      const person = personOf(number);
      const [name, , value] = lineOf(number);
      const one: Asked = { at: performance.now(), flood: person === 0 };
      asked.set(String(number), one);
      const fields = {
        command: "/sitrep",
        text: `${name} ${value}`.trim(),
        team_id: TEAM_ID,
        channel_id: "C0NEWS",
        user_id: `U${person}`,
        response_url: `http://127.0.0.1:${port}/respond/${number}`,
        trigger_id: String(number),
      };
      // What was not answered shows in the figures.
      send(new URLSearchParams(fields).toString(), one).catch(() => undefined);
    },
    async stop() {
      await pool?.destroy();
      await stop();
    },
  };
}
