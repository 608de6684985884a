import { answer, choice, failed, notice } from "../answers.ts";
import { noticeReply } from "../cards.ts";
import { type Call, type Command, entryOf } from "../command.ts";
import type { Reply } from "../reply.ts";

const ACTIONS = ["show", "here", "off", "test", "release"] as const;

export const alertsCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: null,
    name: "alerts",
    about: "Which channel hears what admins should know, such as a channel that refuses posts",
    level: "admin",
    options: [
      {
        name: "action",
        kind: "choice",
        about: "here: this channel; off; test; release: post again to a channel that was mended",
        required: false,
        choices: ACTIONS,
      },
      { name: "channel", kind: "text", about: "The mended channel, for release", required: false },
    ],
  },
  async run(call) {
    const { options, ports, caller } = call;
    const { alerts, ...others } = ports.settings;
    switch (ACTIONS.find((known) => known === options.text("action")) ?? "show") {
      case "show":
        return show(alerts ?? null);
      case "here": {
        const entry = entryOf(call, `sent notices to admins to ${caller.channel}`);
        await ports.own.saveSettings({ ...others, alerts: caller.channel }, entry);
        return answer([notice("good", "What admins should know comes to this channel.")], {
          choices: [choice("Test", "/sitrep-admin alerts test")],
        });
      }
      case "off":
        await ports.own.saveSettings(others, entryOf(call, "ended notices to admins"));
        return answer([notice("good", "What admins should know stands in the log only.")]);
      case "test":
        return test(call, alerts ?? null);
      case "release":
        return release(call, options.text("channel"));
    }
  },
};

function show(channel: string | null): Reply {
  const here = choice("Here", "/sitrep-admin alerts here");
  return channel === null
    ? answer([notice("info", "No channel hears what admins should know; the log does.")], {
        choices: [here],
      })
    : answer([notice("info", `${channel} hears what admins should know.`)], {
        choices: [
          here,
          choice("Test", "/sitrep-admin alerts test"),
          choice("Off", "/sitrep-admin alerts off"),
        ],
      });
}

async function test(call: Call, channel: string | null): Promise<Reply> {
  const { ports, caller } = call;
  if (channel === null) return failed("No channel is set: /sitrep-admin alerts here");
  await ports.own.noteAudit(entryOf(call, `sent a test notice to ${channel}`));
  const text = "This is a test: what admins should know comes here.";
  await ports.posts.notice(caller.tenant, channel, noticeReply("info", text));
  return answer([notice("good", `A test is on its way to ${channel}.`)]);
}

/** Only a channel that this tenant has something to do with. */
async function release(call: Call, asked: string | null): Promise<Reply> {
  const { ports, caller } = call;
  const channel = asked ?? caller.channel;
  const held = await ports.archive.subscriptions(caller.tenant);
  const own = new Set([
    caller.channel,
    ...(ports.settings.alerts === undefined ? [] : [ports.settings.alerts]),
    ...held
      .filter(({ subscription }) => subscription.tenant === caller.tenant)
      .map(({ subscription }) => subscription.channel),
  ]);
  // A thread belongs to its channel: `platform:channel/message`.
  const [place = channel] = channel.split("/");
  if (!own.has(channel) && !own.has(place))
    return failed(`Nothing is subscribed in ${channel} here.`);
  await ports.holds.release(channel, entryOf(call, `released ${channel}`));
  return answer([notice("good", `${channel} takes posts again; what waited for it is tried now.`)]);
}
