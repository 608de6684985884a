import { afterAll, beforeAll, expect, test } from "vitest";
import { commandOf } from "../../src/chat/discord/buttons.ts";
import { renderDiscord } from "../../src/chat/discord/render.ts";
import { renderSlack } from "../../src/chat/slack/render.ts";
import type { Choice, Reply } from "../../src/commands/reply.ts";
import type { Caller } from "../../src/commands/spec.ts";
import { readConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { openSitrep } from "../../src/wiring.ts";
import { type OwnConfig, ownConfig } from "../support/own-config.ts";
import { replyText } from "../support/reply-text.ts";
import { ROOT } from "../support/rules.ts";
import { sitrep } from "../support/sitrep.ts";

/** One archive for all tests here. */
let own: OwnConfig;
beforeAll(async () => {
  own = ownConfig({ settings: "poll: { every: 15m }\n", seeds: SEEDS });
  expect((await sitrep(["run", "--once"], { env: own.env })).code).toBe(0);
});
afterAll(() => own.remove());

const admin: Caller = {
  tenant: "discord:1",
  user: "discord:2",
  level: "admin",
  channel: "discord:3",
};

/** Thirty articles about one thing, each a story of its own. */
const SEEDS = Object.fromEntries(
  Array.from({ length: 30 }, (_, number) => {
    const word = String.fromCharCode(97 + (number % 26)).repeat(5 + Math.floor(number / 26));
    return [
      `${word}.md`,
      `---\ntitle: Harbour of ${word} opens\nsource: Paper ${word}\n---\nThe ${word}port harbour opened its ${word}ian quay to ${word}ish ships.\n`,
    ];
  }),
);

/** What a person is answered by a Sitrep that starts for this line alone and stops after it. */
async function say(line: string): Promise<Reply> {
  const { config, faults } = readConfig(own.env, ROOT, new Date().toISOString());
  if (config === null) throw new Error(JSON.stringify(faults));
  const started = await openSitrep(config, createLog("silent", [], false), { exclusive: true });
  try {
    return await started.commander.runLine(line, admin);
  } finally {
    await started.close();
  }
}

function button(reply: Reply, label: string): Choice {
  const found = reply.choices?.find((choice) => choice.label === label);
  if (found === undefined) throw new Error(`there is no ${label} in ${replyText(reply)}`);
  return found;
}

/** Every text below `value` under a field of that name. */
function fieldsOf(value: unknown, name: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === name && typeof inner === "string" ? [inner] : fieldsOf(inner, name),
  );
}

/** The lines that the buttons of an answer stand for on both platforms, as they come back when they are clicked. */
function clicked(reply: Reply): { readonly discord: string[]; readonly slack: string[] } {
  return {
    discord: fieldsOf(renderDiscord(reply, null), "custom_id").flatMap((id) => commandOf(id) ?? []),
    slack: fieldsOf(renderSlack(reply, null), "value"),
  };
}

const LONG_QUERY = `harbour AND (${Array.from({ length: 20 }, (_, number) => `word${number}`).join(" OR ")})`;

test("a pending confirmation is confirmed after a restart, also one too long for a button", async () => {
  for (const [id, query] of [
    ["short", "harbour"],
    ["long", LONG_QUERY],
  ]) {
    const asked = await say(`/sitrep-admin topic create ${id} query="${query}"`);
    const { command } = button(asked, "Create");
    expect(command.length).toBeLessThanOrEqual(90);
    const lines = clicked(asked);
    expect(lines.discord).toContain(command);
    expect(lines.slack).toContain(command);
    expect(replyText(await say(command))).toContain(`is kept as ${id}`);
  }
});

test("a pager goes on after a restart, from where it was", async () => {
  const first = await say("/sitrep search harbour");
  const next = first.choices?.find(({ command }) => /page=2/.test(command))?.command ?? "";
  const lines = clicked(first);
  expect(lines.discord).toContain(next);
  expect(lines.slack).toContain(next);
  const headlines = (reply: Reply): string[] =>
    replyText(reply).match(/Harbour of \w+ opens/g) ?? [];
  const second = await say(next);
  expect(headlines(second).length).toBeGreaterThan(0);
  expect(headlines(second).filter((one) => headlines(first).includes(one))).toEqual([]);
});

test("buttons of an answer work after a restart, and what they changed is undone after another", async () => {
  const search = await say("/sitrep search harbour");
  const story = /\bs[0-9a-z]{10}\b/.exec(JSON.stringify(search))?.[0] ?? "";
  const muted = await say(`/sitrep mute story ${story}`);
  const undo = button(muted, "Undo").command;
  expect(clicked(muted).discord).toContain(undo);
  expect(clicked(muted).slack).toContain(undo);
  expect(replyText(await say(undo))).toContain("No longer muted");
});

test("a button that is too old says so instead of doing something else", async () => {
  expect(replyText(await say("/sitrep:0123456789abcdef"))).toContain("too old");
});
