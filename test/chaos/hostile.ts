import {
  HOSTILE_TEXTS,
  HOSTILE_URLS,
  holdsUnseen,
  hostileReply,
  PLANTED_HOST,
} from "../support/hostile-texts.ts";
import { startWireDiscord } from "../support/wire-discord.ts";
import * as discordRules from "../support/wire-discord-rules.ts";
import { bareHost, type ShownLink } from "../support/wire-links.ts";
import { startWireSlack } from "../support/wire-slack.ts";
import * as slackRules from "../support/wire-slack-rules.ts";
import type { Proof } from "./proof.ts";
import {
  chanceOf,
  channelOf,
  freshDelivery,
  keyOf,
  PLATFORMS,
  type Platform,
  transportOf,
} from "./world.ts";

const AT_A_TIME = 8;
const STORIES = [0, 1, 2, 9, 24];

/** Feeds that bring what must not do anything in a post, in every field, to both platforms. */
export async function hostile(size: number): Promise<Proof> {
  const found: Awaited<ReturnType<typeof hostileOn>>[] = [];
  for (const platform of PLATFORMS) found.push(await hostileOn(platform, Math.ceil(size / 2)));
  const sum = (pick: (one: (typeof found)[number]) => number): number =>
    found.reduce((total, one) => total + pick(one), 0);
  const of = sum(({ posted }) => posted);
  return {
    tried: `${size} posts of hostile text in every field, half on each platform`,
    zeros: [
      { what: "mentions", times: sum(({ mentions }) => mentions), of },
      { what: "masked links", times: sum(({ masked }) => masked), of },
      { what: "labelled links out of a text", times: sum(({ planted }) => planted), of },
      {
        what: "with controls, bidi or zero-width characters",
        times: sum(({ unseen }) => unseen),
        of,
      },
      { what: "rejected for size or shape", times: sum(({ refused }) => refused), of },
      { what: "not posted", times: size - of, of: size },
    ],
    figures: [],
  };
}

async function hostileOn(platform: Platform, count: number) {
  const wire = platform === "discord" ? await startWireDiscord() : await startWireSlack();
  const { transport, stop } = transportOf(platform, wire.api, {
    requestMs: 10_000,
    requestsPerSecond: 100_000,
  });
  const chance = chanceOf(platform.length);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const reply = hostileReply(textOf(chance), urlOf(chance), pick(STORIES, chance) ?? 1);
      const channel = channelOf(platform, index % 50);
      await transport.send(freshDelivery({ channel, key: keyOf(index), reply }));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  const texts = wire.posts.map(({ body }) => textsOf(platform, body));
  const found = {
    posted: wire.posts.length,
    mentions: wire.posts.filter(({ body }) => mentionsIn(platform, body)).length,
    masked: texts.filter((text) => rulesOf(platform).maskedLinks(text).length > 0).length,
    planted: texts.filter((text) => rulesOf(platform).linksOf(text).some(isPlanted)).length,
    unseen: texts.filter(holdsUnseen).length,
    refused: wire.refused.length,
  };
  await stop();
  await wire.stop();
  return found;
}

function isPlanted({ url }: ShownLink): boolean {
  return bareHost(url) === PLANTED_HOST;
}

function rulesOf(platform: Platform): Pick<typeof slackRules, "maskedLinks" | "linksOf"> {
  return platform === "discord" ? discordRules : slackRules;
}

function textsOf(platform: Platform, body: Record<string, unknown>): string {
  return platform === "discord"
    ? discordRules.markdownOf(body["components"])
    : `${slackRules.mrkdwnOf(body["blocks"])}\n${String(body["text"])}`;
}

function mentionsIn(platform: Platform, body: Record<string, unknown>): boolean {
  const mentions =
    platform === "discord"
      ? discordRules.activeMentions(body)
      : slackRules.activeMentions(textsOf(platform, body));
  return mentions.length > 0;
}

function pick<Value>(values: readonly Value[], chance: () => number): Value | undefined {
  return values[Math.floor(chance() * values.length)];
}

/** A known text, two of them in one, one cut anywhere, or characters by chance. */
function textOf(chance: () => number): string {
  const one = pick(HOSTILE_TEXTS, chance) ?? "";
  const kind = chance();
  if (kind < 0.4) return one;
  if (kind < 0.6) return one.slice(Math.floor(chance() * one.length));
  if (kind < 0.85) {
    const other = pick(HOSTILE_TEXTS, chance) ?? "";
    const at = Math.floor(chance() * one.length);
    return `${one.slice(0, at)}${other}${one.slice(at)}`;
  }
  const length = Math.floor(chance() * 400);
  return Array.from({ length }, () => characterOf(chance)).join("");
}

const MARKUP = [
  ..."<>@#!|*_~`[](){}\\/:.-+=&\"'0123456789abceghnorvy \n\u200B\u200D\u202E\u2066\u0301",
];

function characterOf(chance: () => number): string {
  if (chance() < 0.8) return pick(MARKUP, chance) ?? "";
  return String.fromCharCode(Math.floor(chance() * 0xffff));
}

function urlOf(chance: () => number): string | null {
  if (chance() < 0.3) return "https://news.example/talks";
  const url = pick(HOSTILE_URLS, chance) ?? null;
  return url === null || chance() < 0.7
    ? url
    : `https://news.example/${textOf(chance).slice(0, 300)}`;
}
