import { ownConfig } from "../support/own-config.ts";
import { type Running, startSitrep } from "../support/sitrep.ts";
import { loadPeer, startChecks, until } from "./checks.ts";

// A whole run against discord-digital-twin, a stand-in for Discord that is not ours. It is installed by hand, with
// the override that its broken dependency needs; see test/peers/README.md. Then: node test/peers/discord-twin.ts FOLDER

type Message = {
  readonly id: string;
  readonly components?: readonly unknown[];
  readonly content?: string;
};
type Twin = {
  readonly restUrl: string;
  readonly botToken: string;
  readonly prisma: {
    readonly channel: { findMany(): Promise<readonly { readonly id: string }[]> };
  };
  start(): Promise<void>;
  stop(): Promise<void>;
  getFirstNonBotUserId(): Promise<string | null>;
  channel(id: string): {
    getMessages(): Promise<readonly Message[]>;
    user(id: string): {
      runSlashCommand(options: object): Promise<{ readonly id: string }>;
      clickButton(options: object): Promise<{ readonly id: string }>;
    };
    waitForInteractionAck(options: object): Promise<{ readonly acknowledged: boolean }>;
  };
};

const loaded = await loadPeer("discord-digital-twin", process.argv[2]);
const { DigitalDiscord } = loaded as { DigitalDiscord: new (options: object) => Twin };
const twin = new DigitalDiscord({
  guild: { name: "Twin" },
  channels: [{ name: "news", type: 0 }],
  users: [{ username: "ann" }],
});
await twin.start();
const channelId = (await twin.prisma.channel.findMany())[0]?.id ?? "";
const userId = (await twin.getFirstNonBotUserId()) ?? "";
const channel = twin.channel(channelId);
const own = ownConfig({
  settings: `subscriptions:\n  - { channel: "discord:${channelId}", topic: venezuela-talks, mode: digest, at: "08:00", first: now }\n`,
});
const env = { ...own.env, DISCORD_TOKEN: twin.botToken, DISCORD_API_URL: twin.restUrl };
const checks = startChecks("discord-digital-twin");
let run: Running = startSitrep(env);

async function posts(): Promise<number> {
  const messages = await channel.getMessages();
  return messages.filter((one) => JSON.stringify(one).includes("Venezuela talks")).length;
}

try {
  await checks.check("connects, and posts the digest that is due", () =>
    until(async () => (await posts()) === 1),
  );
  await run.end("SIGKILL");
  run = startSitrep(env);
  await run.until(/Sitrep is at/);
  await checks.check("posts nothing twice after it was killed", async () => {
    await new Promise((done) => setTimeout(done, 5_000));
    return (await posts()) === 1;
  });
  const asked = { name: "sitrep", options: [{ type: 1, name: "status", options: [] }] };
  let interaction = "";
  await checks.check("is told of a slash command and acknowledges it", async () => {
    ({ id: interaction } = await channel.user(userId).runSlashCommand(asked));
    return (await channel.waitForInteractionAck({ interactionId: interaction })).acknowledged;
  });
  await checks.check("answers the slash command", () =>
    until(async () => JSON.stringify(await channel.getMessages()).includes("Last poll")),
  );
  await checks.check("answers a button under its post", async () => {
    const post = (await channel.getMessages()).find((one) =>
      JSON.stringify(one).includes("Venezuela talks"),
    );
    const customId = /"custom_id":"([^"]*sitrep now [^"]*)"/.exec(JSON.stringify(post))?.[1];
    const clicked = { messageId: post?.id, customId };
    const { id } = await channel.user(userId).clickButton(clicked);
    return (await channel.waitForInteractionAck({ interactionId: id })).acknowledged;
  });
} finally {
  process.stdout.write(
    run
      .err()
      .split("\n")
      .filter((line) => line.includes("Discord"))
      .slice(0, 5)
      .join("\n"),
  );
  await run.end("SIGTERM");
  await twin.stop();
  own.remove();
}
process.exit(checks.end());
