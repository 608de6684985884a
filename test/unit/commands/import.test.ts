import { expect, test } from "vitest";
import { createCommander } from "../../../src/commands/commander.ts";
import type { Reply } from "../../../src/commands/reply.ts";
import { parseOpml, writeOpml } from "../../../src/feeds/opml.ts";
import {
  ADMIN,
  emptyWorld,
  type FakeWorld,
  fakeLines,
  fakePorts,
} from "../../support/fake-archive.ts";
import { replyText } from "../../support/reply-text.ts";

const FEEDS = [1, 2].map((number) => ({
  url: `https://paper${number}.example/feed`,
  name: `The "Paper" ${number}`,
  tags: ["harbours"],
  language: "en",
}));

function commanderOf(world: FakeWorld, readAt: string) {
  const lines = fakeLines();
  const reader = {
    ...fakePorts(world).reader,
    list: async (url: string) =>
      url === readAt ? parseOpml(writeOpml(FEEDS)) : { problem: "The host does not answer." },
  };
  return createCommander(async () => fakePorts(world, { reader, lines }));
}

/** Presses the button of a preview. */
function confirmed(reply: Reply): string {
  return reply.choices?.[0]?.command ?? "";
}

test.each([
  { way: "at an address", options: { url: "https://lists.example/feeds.opml" } },
  { way: "that was uploaded", options: { file: "https://lists.example/feeds.opml" } },
  { way: "that was pasted", options: { opml: writeOpml(FEEDS) } },
])("a list $way is shown first, and its feeds are added by the button", async ({ options }) => {
  const world = emptyWorld();
  const commander = commanderOf(world, "https://lists.example/feeds.opml");
  const asked = { root: "sitrep-admin", group: "source", name: "import", options } as const;
  const preview = await commander.run(asked, ADMIN);
  expect(replyText(preview)).toContain("2 new feeds");
  expect(world.feeds).toEqual([]);
  const done = await commander.runLine(confirmed(preview), ADMIN);
  expect(replyText(done)).toContain("2 feeds added");
  expect(world.feeds.map(({ url, name }) => ({ url, name }))).toEqual(
    FEEDS.map(({ url, name }) => ({ url, name })),
  );
});

test("a list of hundreds of feeds is kept behind its button, and not shown as a line", async () => {
  const world = emptyWorld();
  const commander = commanderOf(world, "");
  const many = Array.from({ length: 400 }, (_, index) => ({
    ...FEEDS[0],
    url: `https://paper${index}.example/feed`,
    name: `The "Paper" ${index}`,
    tags: ["harbours"],
    language: "en",
  }));
  const asked = { root: "sitrep-admin", group: "source", name: "import" } as const;
  const preview = await commander.run({ ...asked, options: { opml: writeOpml(many) } }, ADMIN);
  expect(replyText(preview)).toContain("400 new feeds");
  expect(replyText(preview)).not.toContain("This line does it");
  await commander.runLine(confirmed(preview), ADMIN);
  expect(world.feeds).toHaveLength(400);
});

test.each([
  ["source import", "Name the address of an OPML file, upload one, or paste it."],
  ["source import ftp://lists.example/a", "url: an address of http:// or https:// is needed."],
  ["source import file=https://no.example/a", "cannot be read: The host does not answer."],
  ["source import opml=hello", "No feed is named in the pasted list."],
])("%s is refused with what to do", async (line, expected) => {
  const commander = commanderOf(emptyWorld(), "");
  const reply = await commander.runLine(`/sitrep-admin ${line}`, ADMIN);
  expect(reply.failed).toBe(true);
  expect(replyText(reply)).toContain(expected);
});

test("what is no list, and a list that is too long, is told with what to do", async () => {
  const commander = commanderOf(emptyWorld(), "");
  const told = async (opml: string): Promise<string> =>
    replyText(
      await commander.run(
        { root: "sitrep-admin", group: "source", name: "import", options: { opml } },
        ADMIN,
      ),
    );
  expect(await told("<html></html>")).toContain(
    "No feed is named in the pasted list. This is no OPML: there is no <opml> element. Export the list again as OPML.",
  );
  const many = Array.from(
    { length: 501 },
    (_, index) => `<outline xmlUrl="http://a.example/${index}"/>`,
  );
  expect(await told(`<opml><body>${many.join("")}</body></opml>`)).toContain(
    "the pasted list names more than 500 feeds: split it.",
  );
});
