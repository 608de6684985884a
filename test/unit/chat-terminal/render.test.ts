import { expect, test } from "vitest";
import { renderPost, renderText } from "../../../src/chat/terminal/render.ts";
import type { Block, Reply } from "../../../src/commands/reply.ts";
import { sampleCard, sampleDigest } from "../chat-web/sample-page.ts";

const plain = { columns: 80, colour: false };
const reply = (...blocks: Block[]): Reply => ({ blocks, ephemeral: false });

test("a story is one line, then its gist, outlets, first reporter and time, its reason, its link", () => {
  expect(renderText(reply({ kind: "story", card: sampleCard() }), plain)).toBe(
    [
      "  91  Mediators return to Caracas as both sides agree on an agenda",
      "      Envoys met delegates of the government and of the opposition for three",
      "      hours and agreed to speak about the election calendar first.",
      "      The Herald, Agencia Sur, wire.example · first: Agencia Sur · 4 items · en",
      "      2026-11-20 14:05 UTC · s0000000001",
      "      because +38 negotiation in title: “Mediators return to Caracas”",
      "      https://herald.example/world/mediators-return",
      "",
    ].join("\n"),
  );
});

test("a digest has its heading, its stories and the lines that go on from it", () => {
  const text = renderText(sampleDigest(), plain);
  expect(text.split("\n")[0]).toBe("Venezuela talks: 4 stories");
  expect(text).toContain(
    "  74  Noruega confirma una segunda ronda en Barbados antes de fin de mes",
  );
  expect(text).toContain("(update)");
  expect(text).toContain("  Show all of today  /sitrep now venezuela-talks since=24h");
});

test("a post says its channel and time first", () => {
  const post = { channel: "web:main", at: "2026-11-20T08:00:04.000Z", reply: sampleDigest() };
  const [header] = renderPost(post, plain).split("\n");
  expect(header).toMatch(/^── web:main · 2026-11-20 08:00 UTC ─+$/);
  expect(header?.length).toBe(80);
});

test("feed text cannot move the cursor, colour the screen, ring or turn the line around", () => {
  const evil = "a\u001b[2J\u001b]0;title\u0007b\u009b31mc\u202Ed\re\u0008f";
  const everywhere: Block[] = [
    { kind: "heading", text: evil },
    { kind: "text", text: evil },
    {
      kind: "story",
      card: sampleCard({
        headline: evil,
        gist: evil,
        firstReporter: evil,
        language: evil,
        outlets: [{ name: evil, url: evil }],
      }),
    },
    { kind: "table", columns: [evil], rows: [[evil]] },
    { kind: "facts", facts: [[evil, evil]] },
    { kind: "reasons", reasons: [{ concept: evil, field: "title", quote: evil, points: 1 }] },
    {
      kind: "timeline",
      entries: [
        { at: "2026-11-20T08:00:00.000Z", outlet: evil, title: evil, url: evil, note: evil },
      ],
    },
    { kind: "notice", tone: "warning", text: evil },
    { kind: "line", text: evil },
    { kind: "file", name: evil, mediaType: "text/plain", content: evil },
  ];
  const text = renderText(
    {
      blocks: everywhere,
      ephemeral: false,
      choices: [{ label: evil, command: evil, tone: "plain" }],
    },
    plain,
  );
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
});

test("colour is ours alone and only where it is wanted", () => {
  const card = sampleCard();
  expect(renderText(reply({ kind: "story", card }), { ...plain, colour: true })).toContain(
    "\u001b[32m 91\u001b[0m",
  );
  expect(renderText(reply({ kind: "story", card }), plain)).not.toContain("\u001b");
});

test("tables are aligned, figures to the right, wide and combined letters counted as they are seen", () => {
  const table: Block = {
    kind: "table",
    columns: ["Outlet", "Items"],
    rows: [
      ["The Herald", "12"],
      ["新华社", "3"],
      ["Cafe\u0301", "104"],
    ],
  };
  expect(renderText(reply(table), plain)).toBe(
    ["Outlet      Items", "The Herald     12", "新华社          3", "Café          104", ""].join(
      "\n",
    ),
  );
});

test("a table wider than the terminal is cut where it is widest, and says so", () => {
  const table: Block = {
    kind: "table",
    columns: ["Topic", "About"],
    rows: [
      [
        "venezuela-talks",
        "Negotiations and mediation over the crisis, and who takes part in them, and where",
      ],
    ],
  };
  const lines = renderText(reply(table), { columns: 60, colour: false }).split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  expect(lines[1]).toMatch(/^venezuela-talks {2}Negotiations.*…$/);
});

test("a notice says its tone in a word, and a line to type stands alone and whole", () => {
  const long = `/sitrep subscribe venezuela-talks ${"x".repeat(90)}`;
  const text = renderText(
    reply(
      { kind: "notice", tone: "error", text: "There is no such topic." },
      { kind: "line", text: long },
    ),
    plain,
  );
  expect(text).toBe(`error: There is no such topic.\n\n    ${long}\n`);
});

test("a text file keeps its spacing, another kind is only named", () => {
  const text = renderText(
    reply(
      { kind: "file", name: "a.csv", mediaType: "text/csv", content: "a,b\n  1,2\n" },
      { kind: "file", name: "b.svg", mediaType: "image/svg+xml", content: "<svg/>" },
    ),
    plain,
  );
  expect(text).toBe("a.csv (text/csv)\na,b\n  1,2\n\nb.svg (image/svg+xml)\n");
});
