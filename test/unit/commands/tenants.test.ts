import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Reply } from "../../../src/commands/reply.ts";
import { sayParked } from "../../../src/upkeep/parked.ts";
import { keptLog } from "../../support/chat-samples.ts";
import { replyText } from "../../support/reply-text.ts";
import { somebody, type TenantWorld, tenantWorld } from "../../support/tenant-world.ts";

const HOUR_MS = 3_600_000;
const STRIKE = {
  title: "Dockers strike closes the harbour of Nordhavn",
  text: "Dockers went on strike in the harbour of Nordhavn on Tuesday. Ferries were cancelled.",
};
const FERRY = {
  title: "Ferry crews strike in the port of Osthavn over pensions",
  text: "Crews of the island ferries began a strike in the port of Osthavn about their pensions.",
  source: "Coast Daily",
  url: "https://www.coast.example/ferry",
};
const CUP = {
  title: "Late strike wins the cup for Port Vale",
  text: "A late strike gave Port Vale the football cup. The harbour town celebrated its footballers.",
  source: "Sports Wire",
};

let world: TenantWorld;
beforeEach(async () => {
  world = await tenantWorld();
});
afterEach(() => world.close());

const ids = (text: string): string[] => text.match(/\bs[0-9a-z]{10}\b/g) ?? [];
const south = somebody("south");

async function storyId(word: string): Promise<string> {
  const text = await world.say(`search ${word}`);
  const [id] = ids(text);
  if (id === undefined) throw new Error(`nothing about ${word}: ${text}`);
  return id;
}

describe("mute", () => {
  test("of an outlet leaves its stories out of answers of that tenant, and why tells of it", async () => {
    await world.bring("f-one", [STRIKE, FERRY]);
    expect(await world.say("now strikes")).toContain("2 stories");
    expect(await world.say('mute source "coast daily" for=7d')).toContain(
      "good: Muted source coast daily, until 2026-03-17 12:00 UTC.",
    );
    expect(await world.say("now strikes")).toContain("1 story");
    expect(await world.say("now strikes", south)).toContain("2 stories");
    await world.say("subscribe strikes instant confirm=yes");
    expect(await world.say("why https://www.coast.example/ferry")).toMatch(
      /not told: muted: source coast daily, until 2026-03-17 12:00 UTC \(m\w{6}, by chat:admin-of-north\)/,
    );
    expect(await world.say("mute")).toContain("| source coast daily, until");
    expect(await world.say("mute undo m000000")).toContain("Nothing of that id");
    expect(await world.say("mute undo", south)).toContain("Nothing is muted here");
    expect(await world.say('mute undo "Coast Daily"')).toContain("No longer muted");
    expect(await world.say("now strikes")).toContain("2 stories");
  });

  test("ends by itself", async () => {
    await world.bring("f-one", [STRIKE]);
    const id = await storyId("Nordhavn");
    await world.say(`mute story ${id} for=1h`);
    expect(await world.say("now strikes")).toContain("Nothing in");
    world.pass(HOUR_MS);
    expect(await world.say("now strikes")).toContain("1 story");
  });

  test("of a term, a site or a story in one channel or topic holds there only", async () => {
    await world.bring("f-one", [STRIKE, FERRY]);
    await world.say("mute term pension scope=channel");
    expect(await world.say("now strikes")).toContain("1 story");
    expect(await world.say("now strikes", { channel: "chat:elsewhere" })).toContain("2 stories");
    await world.say("mute domain https://www.coast.example/some/page scope=topic topic=strikes");
    expect(await world.say("now strikes", { channel: "chat:elsewhere" })).toContain("1 story");
    expect(await world.say("mute term x scope=topic")).toContain("scope=topic needs topic=");
    expect(await world.say("mute colour red")).toContain("is none of source");
    expect(await world.say("mute domain nonsense")).toContain("a site such as example.org");
    expect(await world.say("mute story s0000000000")).toContain("No story is known");
  });

  test("keeps alerts and digests from being sent, until somebody else tells the story", async () => {
    await world.say("subscribe strikes instant confirm=yes");
    await world.say("subscribe strikes digest confirm=yes", { channel: "chat:digests" });
    await world.say("mute source 'North News'".replaceAll("'", '"'));
    await world.bring("f-one", [STRIKE]);
    expect((await world.ledger.counts()).pending).toBe(0);
    world.pass(24 * HOUR_MS);
    expect(await world.planner.planDue()).toBe(0);
    await world.bring("f-two", [{ ...STRIKE, source: "Nordkurier" }]);
    expect((await world.ledger.counts()).pending).toBe(1);
    world.pass(24 * HOUR_MS);
    expect(await world.planner.planDue()).toBe(1);
  });
});

const JUDGED = [
  ["nordhavn", "relevant"],
  ["sudhavn", "relevant"],
  ["cup", "irrelevant"],
  ["youth", "irrelevant"],
];

describe("feedback", () => {
  async function twoKinds(): Promise<{ good: string; bad: string }> {
    await world.bring("f-one", [
      { ...STRIKE, url: "https://news.example/nordhavn" },
      { ...CUP, url: "https://news.example/cup" },
      {
        url: "https://news.example/sudhavn",
        title: "Port of Sudhavn at a standstill: dockers begin their own strike",
        text: "In Sudhavn far away two hundred dockers began a strike at the container port over overtime.",
      },
      {
        url: "https://news.example/youth",
        title: "Young football talents of Harbour United strike twice",
        text: "Harbour United opened its football league with a double strike by two girls from the academy.",
      },
    ]);
    return { good: await storyId("Nordhavn"), bad: await storyId("celebrated") };
  }

  test("of a viewer waits for an editor, of an editor counts at once, and both can be undone", async () => {
    const { good, bad } = await twoKinds();
    const viewer = somebody("north", "viewer");
    const waiting = await world.say(`feedback ${good} relevant`, viewer);
    expect(waiting).toContain("good: Noted: relevant for Strikes.");
    expect(waiting).toContain("Nothing changes until an editor applies it");
    expect(waiting).toContain(`[Undo] /sitrep feedback ${good} undo strikes`);
    expect(await world.say(`feedback ${bad} irrelevant`)).toContain("No weight moved yet");
    expect(await world.say("/sitrep-admin topic tune strikes")).toContain(
      `1 verdict applied, 1 waiting`,
    );
    expect(await world.say("/sitrep-admin topic tune strikes apply")).toContain(
      "1 verdict applied",
    );
    expect(await world.say(`feedback ${good} undo`, viewer)).toContain("Taken back");
    expect(await world.say(`feedback ${good} undo`, viewer)).toContain("You have given no verdict");
    expect(await world.say(`feedback ${good} duplicate`, viewer)).toContain(
      "Which story does it tell again?",
    );
    expect(await world.say("/sitrep-admin topic tune strikes", south)).toContain(
      "0 verdicts applied",
    );
  });

  test("of a viewer counts at once where the operator says so", async () => {
    await world.close();
    world = await tenantWorld({ feedback: "open" });
    const { good } = await twoKinds();
    const viewer = somebody("north", "viewer");
    expect(await world.say(`feedback ${good} relevant`, viewer)).toContain("No weight moved yet");
    expect(await world.say("/sitrep-admin topic tune strikes")).toContain("1 verdict applied, 0");
  });

  test("moves the scores of that tenant's stories, and why shows the words that did it", async () => {
    await twoKinds();
    const before = await world.say("now strikes", south);
    for (const [name, verdict] of JUDGED) {
      const url = `https://news.example/${name}`;
      expect(await world.say(`feedback ${url} ${verdict} strikes`)).toContain("Noted");
    }
    const tuned = await world.say("/sitrep-admin topic tune strikes");
    expect(tuned).toMatch(/\| footbal\w* \| -/);
    expect(tuned).toMatch(/\| docker\w* \| \+/);
    const line = "why https://news.example/youth strikes";
    expect(await world.say(line)).toContain("feedback in title");
    expect(await world.say(line, south)).not.toContain("feedback in title");
    expect(await world.say("now strikes", south)).toBe(before);
    expect(await world.say("now strikes")).not.toBe(before);
    const reverted = await world.say("/sitrep-admin topic tune strikes revert");
    expect(reverted).toContain("no longer applied");
  });
});

describe("follow", () => {
  test("tells the person alone when the story grew, at most once an hour", async () => {
    await world.bring("f-one", [STRIKE]);
    const id = await storyId("Nordhavn");
    expect(await world.say(`follow ${id} 24h`)).toContain("You follow “Dockers strike");
    expect(await world.planner.planDue()).toBe(0);
    await world.bring("f-two", [{ ...STRIKE, source: "Nordkurier" }]);
    expect(await world.planner.planDue()).toBe(0);
    world.pass(HOUR_MS);
    expect(await world.planner.planDue()).toBe(1);
    expect(await world.planner.planDue()).toBe(0);
    const [post] = await world.ledger.claim(1, world.now(), ["chat"]);
    expect(post?.channel).toBe("chat:user:admin-of-north");
    expect(JSON.stringify(post?.reply)).toContain("has 1 new item");
    expect(await world.say("follow")).toContain(`| ${id} | Dockers strike`);
    expect(await world.say("follow", somebody("north", "viewer"))).toContain("You follow no story");
    expect(await world.say(`follow ${id} undo=yes`)).toContain("no more");
    expect(await world.say("follow")).toContain("You follow no story");
  });

  test("ends when its time is over", async () => {
    await world.bring("f-one", [STRIKE]);
    await world.say(`follow ${await storyId("Nordhavn")} until=1h`);
    world.pass(HOUR_MS);
    await world.bring("f-two", [{ ...STRIKE, source: "Nordkurier" }]);
    expect(await world.planner.planDue()).toBe(0);
  });
});

describe("topics made by commands", () => {
  const create = '/sitrep-admin topic create ferries query="ferry OR ferries" threshold=20';

  test("are tried on the archive, confirmed, and matched from then on, for their tenant only", async () => {
    await world.bring("f-one", [FERRY]);
    const preview = await world.say(create);
    expect(preview).toContain("# New topic Ferries");
    expect(preview).toContain("1 item in 1 story of 1 item");
    expect(await world.say("topics")).not.toContain("ferries");
    expect(await world.say(`${create} confirm=yes`)).toContain("Ferries is kept as ferries");
    expect(await world.say("now ferries")).toContain("Nothing in");
    await world.bring("f-one", [
      { ...FERRY, title: "Ferries run again", url: "https://news.example/again" },
    ]);
    expect(await world.say("now ferries")).toContain("1 story");
    expect(await world.say("now ferries", south)).toContain("there is no topic “ferries”");
    const foreign = await world.say("why https://news.example/again", south);
    expect(foreign).not.toContain("Ferries\n");
    expect(await world.say("topics", south)).not.toContain("ferries");
  });

  test("of two tenants may have one name and stay apart", async () => {
    await world.say(`${create} confirm=yes`);
    await world.say(
      '/sitrep-admin topic create ferries query="tunnel" threshold=20 confirm=yes',
      south,
    );
    await world.bring("f-one", [
      FERRY,
      { title: "A tunnel opens", text: "The tunnel under the fjord." },
    ]);
    expect(await world.say("now ferries")).toContain("Ferry crews");
    expect(await world.say("now ferries")).not.toContain("tunnel");
    expect(await world.say("now ferries", south)).toContain("A tunnel opens");
    await world.say("subscribe ferries instant confirm=yes");
    await world.say("subscribe ferries instant confirm=yes", south);
    await world.bring("f-one", [{ title: "Second tunnel is planned", text: "Another tunnel." }]);
    const posts = await world.ledger.claim(9, world.now(), ["chat"]);
    expect(posts.map(({ channel }) => channel)).toEqual(["chat:south-room"]);
    expect(JSON.stringify(posts[0]?.reply)).not.toContain("@south");
  });

  test("go before one of a file with the same id, for their tenant only", async () => {
    const topic = { id: "strikes", name: "Our strikes", about: "", query: "walkout", where: null };
    const entry = { tenant: "north", at: world.now(), user: "chat:ada", what: "made it" };
    await world.ledger.saveTopic({ ...topic, threshold: 50 }, entry);
    const listed = await world.say("topics");
    expect(listed).toContain("Our strikes");
    expect(listed).not.toContain("| strikes | Strikes |");
    expect(await world.say("topics", south)).toContain("| strikes | Strikes |");
    expect(await world.say("topics", south)).not.toContain("Our strikes");
  });

  test("are changed, looked up in their history, restored, cloned and deleted", async () => {
    await world.say(`${create} confirm=yes`);
    await world.say("subscribe ferries confirm=yes");
    expect(await world.say("/sitrep-admin topic edit ferries threshold=30")).toContain(
      "Threshold 20 → 30",
    );
    expect(await world.say("/sitrep-admin topic edit ferries threshold=30 confirm=yes")).toContain(
      "(version 2)",
    );
    const history = await world.say("/sitrep-admin topic history ferries");
    expect(history).toContain("| 2 | just now | chat:admin-of-north | 30 | ferry OR ferries |");
    expect(history).toContain("[Bring back version 1]");
    await world.say("/sitrep-admin topic history ferries restore=1 confirm=yes");
    expect(await world.say("/sitrep-admin topic edit ferries")).toContain("Threshold: 20");
    expect(await world.say("/sitrep-admin topic clone ferries boats confirm=yes")).toContain(
      "Ferries (copy) is kept as boats",
    );
    expect(await world.say("/sitrep-admin topic delete ferries")).toContain(
      "With it go 1 subscription",
    );
    await world.say("/sitrep-admin topic delete ferries confirm=yes");
    expect(await world.say("subscription")).toContain("Nothing is subscribed here yet");
    expect(await world.say("topics")).not.toContain("ferries");
    expect(await world.say("/sitrep-admin topic history ferries restore=1 confirm=yes")).toContain(
      "is kept as ferries",
    );
  });

  test("with a fault are refused with its place; topics of files are read-only", async () => {
    expect(await world.say("/sitrep-admin topic create bad query=(ferry")).toContain(
      "FAILED\nerror: The topic cannot be read",
    );
    expect(await world.say("/sitrep-admin topic create Bad! query=ferry")).toContain(
      "id: small letters",
    );
    expect(await world.say("/sitrep-admin topic create strikes ferry")).toContain(
      "There is a topic strikes already",
    );
    for (const line of ["edit strikes threshold=30", "delete strikes"]) {
      expect(await world.say(`/sitrep-admin topic ${line} confirm=yes`)).toContain(
        "strikes is declared in topics/strikes.yaml line 1",
      );
    }
  });

  test("keep the lines of a query, so that a comment ends where its line does", async () => {
    const options = { id: "lines", query: "# ships\nferry", threshold: "20" };
    const invocation = { root: "sitrep-admin", group: "topic", name: "create" } as const;
    const confirmed = { ...options, confirm: "yes" };
    await world.commander.run({ ...invocation, options: confirmed }, somebody("north"));
    await world.bring("f-one", [FERRY]);
    expect(await world.say("now lines")).toContain("1 story");
  });
});

describe("sources added by a tenant", () => {
  const feed = {
    id: "f-private",
    url: "https://paid.example/feed",
    name: "Paid",
    tags: [],
    everyMs: 900_000,
    language: null,
    weight: 1,
    fullText: false,
    where: null,
  };
  const by = (tenant: string) => ({ tenant, at: world.now(), user: "chat:x", what: "added" });

  test("are seen and removed by it alone, and what they bring is told to it alone", async () => {
    await world.ledger.addFeed(feed, by("north"));
    await world.say("subscribe strikes instant confirm=yes");
    await world.say("subscribe strikes instant confirm=yes", south);
    await world.bring("f-private", [STRIKE]);
    const posts = await world.ledger.claim(9, world.now(), ["chat"]);
    expect(posts.map(({ channel }) => channel)).toEqual(["chat:north-room"]);
    for (const line of [
      "now strikes",
      "search dockers",
      "/sitrep-admin source list",
      "sources strikes",
      "topics",
      "trend strikes",
    ]) {
      expect(await world.say(line, south)).not.toMatch(/Dockers|Paid|North News|\| 1 \|/);
    }
    const id = await storyId("Nordhavn");
    expect(await world.say(`story ${id}`, south)).toContain("No story is known");
    expect(await world.say("/sitrep-admin source remove f-private confirm=yes", south)).toContain(
      "FAILED",
    );
    await world.bring("f-public", [{ ...STRIKE, source: "Nordkurier" }]);
    const shared = await world.say(`story ${id}`, south);
    expect(shared).toContain("Nordkurier");
    expect(shared).not.toContain("North News");
    expect(await world.say("now strikes", south)).not.toContain("also in");
    expect(await world.say("/sitrep-admin source remove f-private confirm=yes")).toContain(
      "read no more",
    );
  });

  test("of two tenants are polled until both gave them up, and rest when both let them", async () => {
    await world.ledger.addFeed(feed, by("north"));
    await world.ledger.addFeed({ ...feed, name: "Ours" }, by("south"));
    expect(await world.say("/sitrep-admin source list", south)).toContain("| Ours |");
    expect(await world.say("/sitrep-admin source list")).toContain("| Paid |");
    expect(await world.say("/sitrep-admin source pause f-private")).toContain("Paid rests");
    expect((await world.ledger.feeds())[0]?.state?.paused ?? false).toBe(false);
    await world.say("/sitrep-admin source remove f-private confirm=yes");
    expect(await world.ledger.feeds()).toHaveLength(1);
    await world.say("/sitrep-admin source remove f-private confirm=yes", south);
    expect(await world.ledger.feeds()).toHaveLength(0);
  });
});

describe("the admin's other commands", () => {
  test("settings change the zone of answers and what new subscriptions begin with", async () => {
    await world.say("/sitrep-admin settings tz=Europe/Berlin quiet=22:00-07:00 cap=5");
    await world.say("subscribe strikes confirm=yes");
    const [held] = await world.ledger.subscriptions("north");
    expect(held?.subscription).toMatchObject({
      timezone: "Europe/Berlin",
      cap: 5,
      quiet: { from: "22:00", to: "07:00" },
    });
    expect(await world.say("/sitrep-admin settings", south)).toContain("Time zone: UTC");
    expect(await world.say("/sitrep-admin settings quiet=late")).toContain("FAILED");
  });

  test("audit tells every change, newest first, and only the tenant's own", async () => {
    await world.say("mute term football");
    await world.say("subscribe strikes confirm=yes");
    const audit = await world.say("/sitrep-admin audit");
    expect(audit).toMatch(/subscribed chat:north-room to strikes[\s\S]*muted term “football”/);
    expect(audit).toContain("| chat:admin-of-north |");
    expect(await world.say("/sitrep-admin audit", south)).toContain("Nothing was changed");
    expect(await world.say("/sitrep-admin audit actor=chat:nobody")).toContain(
      "Nothing was changed",
    );
  });

  test("purge wants its scope typed twice, and empties only the tenant's own", async () => {
    for (const by of [somebody("north"), south]) {
      await world.say("mute term football", by);
      await world.say("subscribe strikes confirm=yes", by);
    }
    const unsure = await world.say("/sitrep-admin purge everything confirm=yes");
    expect(unsure).toContain(
      "This removes 0 verdicts, 1 mute, 0 followed stories, 0 topics, 1 subscription",
    );
    expect(await world.say("mute")).toContain("football");
    await world.say("/sitrep-admin purge everything really=everything confirm=yes");
    expect(await world.say("mute")).toContain("Nothing is muted");
    expect(await world.ledger.subscriptions("north")).toEqual([]);
    expect(await world.say("mute", south)).toContain("football");
    expect(await world.ledger.subscriptions("south")).toHaveLength(1);
    expect(await world.say("/sitrep-admin audit")).toContain("purged everything");
  });

  test("backup gives a tenant its own, and a copy of all to the operator alone", async () => {
    await world.say("mute term football");
    const own = await world.say("/sitrep-admin backup");
    expect(own).toContain("football");
    expect(own).not.toContain("/var/copies");
    expect(await world.say("/sitrep-admin backup", south)).not.toContain("football");
    expect(await world.say("/sitrep-admin backup", somebody("web"))).toContain(
      "/var/copies/all.db",
    );
  });

  test("alerts name a channel, and release only one of the tenant's own", async () => {
    await world.say("/sitrep-admin alerts here");
    expect(await world.say("/sitrep-admin alerts")).toContain("chat:north-room hears");
    await world.say("subscribe strikes confirm=yes", south);
    await world.ledger.holdChannel("chat:south-room", null, "refused");
    for (const channel of ["chat:south-room", "chat:south-room/7"]) {
      expect(await world.say(`/sitrep-admin alerts release ${channel}`)).toContain("FAILED");
    }
    const thread = "/sitrep-admin alerts release channel=chat:south-room/7";
    expect(await world.say(thread, south)).toContain("takes posts again");
    expect(await world.say("/sitrep-admin alerts release", south)).toContain("takes posts again");
  });
});

test("admins hear of a parked channel where they wish to, but not in it, nor of a person's own", async () => {
  const told: string[] = [];
  const { log, lines } = keptLog();
  const parts = {
    log,
    ledger: world.ledger,
    async noticeAdmins(tenant: string, reply: Reply) {
      told.push(`${tenant}: ${replyText(reply)}`);
      return null;
    },
  };
  await world.say("/sitrep-admin alerts here");
  const parked = (channel: string) => sayParked(parts, { tenant: "north", channel }, "no access");
  await parked("chat:news");
  await parked("chat:north-room");
  await parked("chat:user:4");
  expect(told).toEqual([
    "north: (everybody)\nerror: Nothing goes to chat:news any more: no access. Mend it, then: /sitrep-admin alerts release channel=chat:news",
  ]);
  expect(lines).toHaveLength(3);
});

test("a line too long for a button is kept, and its word works for the same tenant only", async () => {
  const query = `query="${"ferry OR ".repeat(20)}boat"`;
  const reply = await world.commander.runLine(
    `/sitrep-admin topic create long-one ${query}`,
    somebody("north"),
  );
  const button = reply.choices?.[0]?.command ?? "";
  expect(button).toMatch(/^\/sitrep:[0-9a-f]{16}$/);
  expect(await world.say(button, south)).toContain("This button is too old");
  expect(await world.say(button, somebody("north", "viewer"))).toContain("needs an admin");
  expect(await world.say(button)).toContain("is kept as long-one");
});
