import { stateAfterEdit } from "../digests/standing.ts";
import {
  describeSchedule,
  type Subscription,
  type SubscriptionState,
} from "../digests/subscription.ts";
import { answer, CHOICES_MAX, choice, failed, heading, notice, plain } from "./answers.ts";
import { noticeReply } from "./cards.ts";
import { type Call, type Command, entryOf } from "./command.ts";
import { confirmReply } from "./confirm.ts";
import { formatLine } from "./line.ts";
import type { Choice, Reply } from "./reply.ts";
import { resolveSubscription } from "./resolve.ts";
import { applySettings, SETTING_OPTIONS, settingFacts } from "./settings.ts";
import { agoText } from "./words.ts";

const ACTIONS = ["list", "pause", "resume", "edit", "remove", "test"] as const;
type Action = (typeof ACTIONS)[number];

type Held = { readonly subscription: Subscription; readonly state: SubscriptionState };

export const subscriptionCommand: Command = {
  spec: {
    root: "sitrep",
    group: null,
    name: "subscription",
    about: "List subscriptions; pause, resume, edit, remove or test one",
    level: "editor",
    confirms: true,
    options: [
      {
        name: "action",
        kind: "choice",
        about: "What to do; list without it",
        required: false,
        choices: ACTIONS,
      },
      {
        name: "subscription",
        kind: "subscription",
        about: "Which one, by its id",
        required: false,
      },
      ...SETTING_OPTIONS,
    ],
  },
  async run(call) {
    const given = ACTIONS.find((known) => known === call.options.text("action"));
    const id = call.options.text("subscription");
    const action = given ?? (id === null ? "list" : "edit");
    if (action === "list") return list(call);
    if (id === null) return missingId(call, action);
    const resolved = await resolveSubscription(call, id);
    if ("reply" in resolved) return resolved.reply;
    return act(call, action, resolved.found);
  },
};

async function ownSubscriptions({ ports, caller }: Call): Promise<readonly Held[]> {
  const held = await ports.archive.subscriptions(caller.tenant);
  return held.filter(({ subscription }) => subscription.tenant === caller.tenant);
}

async function list(call: Call): Promise<Reply> {
  const held = await ownSubscriptions(call);
  if (held.length === 0) {
    return answer([notice("info", "Nothing is subscribed here yet. /sitrep subscribe does it.")]);
  }
  const rows = held.map(({ subscription, state }) => [
    subscription.id,
    subscription.topicId,
    subscription.channel,
    whenText(subscription),
    state.dueAt === null || subscription.paused ? "none" : agoText(state.dueAt, call.now),
    subscription.paused ? "paused" : "active",
  ]);
  return answer([
    heading("Subscriptions"),
    {
      kind: "table",
      columns: ["Id", "Topic", "Channel", "When", "Next digest", "State"],
      rows,
    },
    plain("/sitrep subscription edit ID shows one with all its settings."),
  ]);
}

function whenText({ mode, schedule, timezone }: Subscription): string {
  if (mode === "instant") return "at once";
  const digests = describeSchedule(schedule, timezone);
  return mode === "both" ? `at once and ${digests}` : digests;
}

function stateText({ paused, where }: Subscription): string {
  const state = paused ? "paused" : "active";
  return where === null ? state : `${state}, from ${where.file} line ${where.line}`;
}

async function missingId(call: Call, action: Action): Promise<Reply> {
  const held = await ownSubscriptions(call);
  if (held.length === 0) return failed("Nothing is subscribed here yet.");
  return failed(
    `Which subscription? ${held.map(({ subscription: { id, topicId } }) => `${id} (${topicId})`).join(", ")}.`,
    held.slice(0, CHOICES_MAX).map(({ subscription }) => {
      const line = formatLine(call.spec, {
        ...call.options.given,
        action,
        subscription: subscription.id,
      });
      return choice(`${subscription.id} ${subscription.topicId}`, line);
    }),
  );
}

/** A subscription from a file is changed where it is declared. */
function readOnly({ id, where }: Subscription): Reply | null {
  if (where === null) return null;
  return failed(
    `${id} is declared in ${where.file} line ${where.line}: change it there and restart Sitrep.`,
  );
}

async function act(call: Call, action: Exclude<Action, "list">, held: Held): Promise<Reply> {
  const { subscription } = held;
  switch (action) {
    case "test":
      return test(call, subscription);
    case "pause":
      return readOnly(subscription) ?? pause(call, held);
    case "resume":
      return readOnly(subscription) ?? resume(call, held);
    case "remove":
      return readOnly(subscription) ?? remove(call, subscription);
    case "edit":
      return edit(call, held);
  }
}

async function pause(call: Call, { subscription, state }: Held): Promise<Reply> {
  const { id } = subscription;
  if (subscription.paused) return answer([notice("info", `${id} is paused already.`)]);
  const entry = entryOf(call, `paused subscription ${id} (${subscription.topicId})`);
  await call.ports.archive.saveSubscription({ ...subscription, paused: true }, state, entry);
  return answer([notice("good", `${id} is paused: nothing comes until it is resumed.`)], {
    choices: [choice("Resume", `/sitrep subscription resume ${id}`)],
  });
}

async function resume(call: Call, { subscription, state }: Held): Promise<Reply> {
  const { id } = subscription;
  if (!subscription.paused) return answer([notice("info", `${id} is not paused.`)]);
  const { ports, now } = call;
  const resumed = { ...subscription, paused: false };
  const next = stateAfterEdit(subscription, resumed, state, now);
  const entry = entryOf(call, `resumed subscription ${id} (${subscription.topicId})`);
  await ports.archive.saveSubscription(resumed, next, entry);
  const due = next.dueAt === null ? "" : ` The next digest is due ${agoText(next.dueAt, now)}.`;
  return answer([notice("good", `${id} is resumed.${due}`)], { choices: afterwards(id) });
}

function afterwards(id: string): readonly Choice[] {
  return [choice("Pause", `/sitrep subscription pause ${id}`)];
}

async function remove(call: Call, subscription: Subscription): Promise<Reply> {
  const { id, topicId } = subscription;
  if (!call.options.confirmed) {
    const threshold = thresholdOf(call, topicId);
    return confirmReply(
      call,
      [
        heading(`Remove ${id}`),
        { kind: "facts", facts: [["Topic", topicId], ...settingFacts(subscription, threshold)] },
      ],
      "Remove",
      "danger",
    );
  }
  const entry = entryOf(call, `removed subscription ${id} (${topicId})`);
  const removed = await call.ports.archive.removeSubscription(id, entry);
  return removed
    ? answer([notice("good", `${id} is removed: ${topicId} no longer comes to that channel.`)])
    : failed(`${id} was removed by somebody else.`);
}

function thresholdOf({ ports }: Call, topicId: string): number {
  return ports.topics.list().find(({ id }) => id === topicId)?.threshold ?? 0;
}

async function edit(call: Call, { subscription, state }: Held): Promise<Reply> {
  const { options, ports, now } = call;
  const { id, topicId } = subscription;
  const changes = SETTING_OPTIONS.filter(({ name }) => options.text(name) !== null);
  if (changes.length === 0) {
    return answer([
      heading(`Subscription ${id}`),
      {
        kind: "facts",
        facts: [
          ["Topic", topicId],
          ...settingFacts(subscription, thresholdOf(call, topicId)),
          ["State", stateText(subscription)],
        ],
      },
      plain("A line such as this one changes it:"),
      { kind: "line", text: `/sitrep subscription edit ${id} at=18:00 days=mon-fri` },
    ]);
  }
  const declared = readOnly(subscription);
  if (declared !== null) return declared;
  const read = applySettings(subscription, options);
  if ("reply" in read) return read.reply;
  const next = stateAfterEdit(subscription, read.subscription, state, now);
  const given = changes.map(({ name }) => `${name}=${options.text(name)}`).join(" ");
  const entry = entryOf(call, `changed subscription ${id} (${topicId}): ${given}`);
  await ports.archive.saveSubscription(read.subscription, next, entry);
  const due = next.dueAt === null ? "" : ` The next digest is due ${agoText(next.dueAt, now)}.`;
  return answer([
    notice("good", `${id} is changed.${due}`),
    { kind: "facts", facts: settingFacts(read.subscription, thresholdOf(call, topicId)) },
  ]);
}

async function test(call: Call, subscription: Subscription): Promise<Reply> {
  const { id, topicId, mode, schedule, timezone } = subscription;
  const when = mode === "instant" ? "as it breaks" : describeSchedule(schedule, timezone);
  const { ports, caller } = call;
  await ports.own.noteAudit(entryOf(call, `sent a test post for subscription ${id}`));
  await ports.posts.notice(
    caller.tenant,
    subscription.channel,
    noticeReply("info", `This is a test of subscription ${id}: ${topicId} comes here, ${when}.`),
  );
  return answer([notice("good", `A test post is on its way to ${subscription.channel}.`)]);
}
