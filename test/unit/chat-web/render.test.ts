import fc from "fast-check";
import { Parser } from "htmlparser2";
import { expect, test } from "vitest";
import { renderHtml } from "../../../src/chat/web/render.ts";
import type { Block, Reply } from "../../../src/commands/reply.ts";
import { sampleCard, sampleDigest } from "./sample-page.ts";

const reply = (...blocks: Block[]): Reply => ({ blocks, ephemeral: true });

/** Every tag with its attributes, and the text as it is read. */
function read(markup: string): {
  tags: { name: string; attributes: Record<string, string> }[];
  text: string;
} {
  const tags: { name: string; attributes: Record<string, string> }[] = [];
  let text = "";
  const parser = new Parser({
    onopentag: (name, attributes) => tags.push({ name, attributes }),
    ontext: (part) => {
      text += part;
    },
  });
  parser.end(markup);
  return { tags, text: text.replace(/\s+/g, " ").trim() };
}

const links = (markup: string) => read(markup).tags.filter(({ name }) => name === "a");

test("a story shows headline, gist, outlets, first reporter, score, reason and time", () => {
  const { text } = read(renderHtml(reply({ kind: "story", card: sampleCard() })));
  expect(text).toBe(
    "Score 91 Mediators return to Caracas as both sides agree on an agenda " +
      "Envoys met delegates of the government and of the opposition for three hours and agreed to speak about the election calendar first. " +
      "The Herald, Agencia Sur, wire.example first: Agencia Sur 4 items en published 2026-11-20 14:05 UTC " +
      "+38 negotiation in title Mediators return to Caracas",
  );
});

test("a headline links to its article and gives nothing away to it", () => {
  const [link] = links(renderHtml(reply({ kind: "story", card: sampleCard() })));
  expect(link?.attributes).toEqual({
    href: "https://herald.example/world/mediators-return",
    rel: "noopener noreferrer",
  });
});

test("a headline that shows another host is no link; the true host stands beside it", () => {
  const card = sampleCard({
    headline: "Log in at bank.example now",
    url: "https://evil.example/x",
  });
  const markup = renderHtml(reply({ kind: "story", card: { ...card, outlets: [] } }));
  expect(read(markup).text).toContain("Log in at bank.example now evil.example");
  expect(links(markup).map(({ attributes }) => attributes["href"])).toEqual([
    "https://evil.example/x",
  ]);
  expect(markup).toContain(">evil.example</a>");
});

test("an outlet that shows another host than its link is plain text", () => {
  const outlets = [{ name: "bbc.example", url: "https://evil.example/" }];
  const markup = renderHtml(reply({ kind: "story", card: sampleCard({ outlets, url: null }) }));
  expect(links(markup)).toEqual([]);
  expect(read(markup).text).toContain("bbc.example");
});

test.each(["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://a:b@c.example/"])(
  "an address like %s becomes no link",
  (url) => {
    const card = sampleCard({ url, outlets: [{ name: "Paper", url }] });
    expect(links(renderHtml(reply({ kind: "story", card })))).toEqual([]);
  },
);

test("markup, bidi and zero-width controls in feed text are shown as nothing or as themselves", () => {
  const card = sampleCard({ headline: "a<img src=x onerror=alert(1)>\u202Eb\u200B\u0007c" });
  const markup = renderHtml(reply({ kind: "story", card }));
  expect(markup).toContain("a&#60;img src=x onerror=alert(1)&#62;bc");
  expect(markup).not.toMatch(/[\p{Bidi_Control}\u200B]|(?!\n)\p{Cc}/u);
});

test("no text opens a tag or leaves an attribute, whatever it holds", () => {
  const allowed =
    /^(div|ul|ol|li|article|h[1-3]|p|a|b|bdi|span|q|svg|rect|time|dl|dt|dd|table|thead|tbody|tr|th|td|pre|code|strong|details|summary|br)$/;
  const attributes =
    /^(class|href|rel|lang|dir|datetime|title|role|tabindex|scope|download|viewbox|preserveaspectratio|width|height|aria-(label|hidden)|data-label)$/i;
  const nasty = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom('"><script>x</script>', "' onclick='x", "</td><style>", "<!--", "&lt;b&gt;"),
  );
  fc.assert(
    fc.property(nasty, nasty, (one, other) => {
      const markup = renderHtml(
        reply(
          { kind: "heading", text: one },
          { kind: "text", text: other },
          {
            kind: "story",
            card: sampleCard({ headline: one, gist: other, firstReporter: one, language: other }),
          },
          { kind: "table", columns: [one, other], rows: [[other, one]] },
          { kind: "facts", facts: [[one, other]] },
          {
            kind: "timeline",
            entries: [
              { at: "2026-01-01T00:00:00.000Z", outlet: one, title: other, url: one, note: other },
            ],
          },
          { kind: "notice", tone: "error", text: one },
          { kind: "line", text: other },
          { kind: "file", name: one, mediaType: other, content: one },
        ),
        { actions: new Set(["why"]), pathOf: () => null },
      );
      const { tags } = read(markup.replace(/<form[\s\S]*?<\/form>/g, ""));
      for (const tag of tags) {
        expect(tag.name).toMatch(allowed);
        for (const name of Object.keys(tag.attributes)) expect(name).toMatch(attributes);
        expect(tag.attributes["href"] ?? "https:").toMatch(
          /^(https?:|data:[a-z]+\/[a-z0-9.+-]+;base64,)/,
        );
      }
    }),
    { numRuns: 300 },
  );
});

test("stories that follow one another are one list", () => {
  const { tags } = read(renderHtml(sampleDigest()));
  expect(tags.filter(({ attributes }) => attributes["class"] === "stories").length).toBe(1);
  expect(tags.filter(({ name }) => name === "article").length).toBe(4);
});

test("headings go down by one level at a time", () => {
  const blocks: Block[] = [
    { kind: "heading", text: "Topic" },
    { kind: "story", card: sampleCard() },
    { kind: "heading", text: "More" },
    { kind: "story", card: sampleCard() },
  ];
  const levels = (level: 1 | 2) =>
    read(renderHtml(reply(...blocks), { level }))
      .tags.map(({ name }) => name)
      .filter((name) => /^h\d/.test(name));
  expect(levels(1)).toEqual(["h1", "h2", "h2", "h3"]);
  expect(levels(2)).toEqual(["h2", "h3", "h2", "h3"]);
});

test("a heading that says the headline under it is said once, as the heading", () => {
  const card = sampleCard();
  const markup = renderHtml(
    reply({ kind: "heading", text: card.headline }, { kind: "story", card }),
    { level: 1 },
  );
  expect(markup.split(card.headline).length - 1).toBe(1);
  expect(markup).toContain('<h1 class="headline">');
});

test("without the page around it, a choice is a line to type", () => {
  const markup = renderHtml(sampleDigest());
  expect(markup).not.toContain("<form");
  expect(markup).not.toContain("<button");
  expect(read(markup).text).toContain("Show all of today: /sitrep now venezuela-talks since=24h");
});

test("a picture is shown as an image, which runs no script, and a text can be unfolded with its spacing", () => {
  const svg = renderHtml(
    reply({
      kind: "file",
      name: "trend.svg",
      mediaType: "image/svg+xml",
      content: "<svg onload='x'/>",
    }),
  );
  expect(svg).toContain('<img src="data:image/svg+xml;base64,');
  const text = renderHtml(
    reply({
      kind: "file",
      name: "a.md",
      mediaType: "text/markdown",
      content: "- one\n  - <two>\n",
    }),
  );
  expect(text).toContain("- one\n  - &#60;two&#62;\n");
});

test("an answer that begins with its one story is headed by that story", () => {
  const blocks: Block[] = [
    { kind: "story", card: sampleCard() },
    { kind: "heading", text: "Timeline" },
  ];
  const markup = renderHtml(reply(...blocks), { level: 1 });
  expect(read(markup).tags.flatMap(({ name }) => (/^h\d/.test(name) ? [name] : []))).toEqual([
    "h1",
    "h2",
  ]);
});

test("an address in a table is a link that shows where it goes", () => {
  const rows = [["https://www.herald.example/rss/all.xml"], ["https://a:b@c.example/"]];
  const markup = renderHtml(reply({ kind: "table", columns: ["Address"], rows }));
  expect(links(markup).map(({ attributes }) => attributes["href"])).toEqual([
    "https://www.herald.example/rss/all.xml",
  ]);
  expect(read(markup).text).toContain("herald.example/rss/all.xml");
});

test("instants in tables are times, and cells of known things lead to their pages", () => {
  const markup = renderHtml(
    reply({
      kind: "table",
      columns: ["Topic", "Next"],
      rows: [["venezuela-talks", "2026-11-21T08:00:00.000Z"]],
    }),
    { pathOf: (column, value) => (column === "Topic" ? `/topics/${value}` : null) },
  );
  expect(markup).toContain('<a href="/topics/venezuela-talks">venezuela-talks</a>');
  expect(markup).toContain('<time datetime="2026-11-21T08:00:00.000Z">2026-11-21 08:00 UTC</time>');
});
