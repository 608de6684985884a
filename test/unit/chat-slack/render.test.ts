import fc from "fast-check";
import { expect, test } from "vitest";
import { linked, plain, typed } from "../../../src/chat/slack/mrkdwn.ts";
import { renderSlack } from "../../../src/chat/slack/render.ts";
import { sampleCard, sampleDigest } from "../../support/chat-samples.ts";
import {
  HOSTILE_TEXTS,
  HOSTILE_URLS,
  holdsUnseen,
  hostileReply,
} from "../../support/hostile-texts.ts";
import {
  activeMentions,
  blockFaults,
  maskedLinks,
  mrkdwnOf,
} from "../../support/wire-slack-rules.ts";

const POST = { key: "sample0key0sample0key0", mention: null };

test.each([
  ["<!channel> & <@U1>", "&lt;!channel&gt; &amp; &lt;@U1&gt;"],
  ["@here @channel", "＠here ＠channel"],
  ["*b* _i_ ~s~ `c`", "∗b∗ ＿i＿ ∼s∼ ˋcˋ"],
  ["snake_case_name", "snake_case_name"],
  ["> quote", "›  quote".replace("  ", " ")],
])("%s loses its meaning as %s", (text, shown) => {
  expect(plain(text, 200)).toBe(shown);
});

test("a title that shows another host carries no link; the host beside it does", () => {
  const url = "https://evil.example/x?a=1&b=2";
  expect(linked("A|B", url, 100)).toBe("*<https://evil.example/x?a=1&amp;b=2|A¦B>*");
  expect(linked("bank.example", url, 100)).toBe(
    "*bank.example* <https://evil.example/x?a=1&amp;b=2|evil.example>",
  );
});

test("what was typed is read as it was typed", () => {
  expect(
    typed("why <https://a.example/?x=1&amp;y=2> &lt;b&gt; <https://c.example|c.example>"),
  ).toBe("why https://a.example/?x=1&y=2 <b> https://c.example");
});

test("a post carries its key as metadata, always has a text, and unfurls nothing", () => {
  const [body] = renderSlack(sampleDigest(2), { ...POST, mention: "S012345" });
  expect(body).toMatchObject({
    text: "Venezuela talks — Story number 1 — Story number 2",
    unfurl_links: false,
    unfurl_media: false,
    metadata: { event_type: "sitrep_delivery", event_payload: { key: POST.key } },
  });
  expect(mrkdwnOf(body?.blocks)).toContain("<!subteam^S012345>");
});

test("an answer takes at most four of the five uses that a response address has", () => {
  const text = "word ".repeat(290);
  const blocks = Array.from({ length: 60 }, () => ({ kind: "text" as const, text }));
  const bodies = renderSlack({ blocks, ephemeral: true }, null);
  expect(bodies).toHaveLength(4);
  expect(bodies.flatMap((body) => blockFaults(body.blocks))).toEqual([]);
  expect(mrkdwnOf(bodies.at(-1)?.blocks)).toContain("… and more: narrow the question");
});

test("a story is told with its outlets, score, reason, time and buttons", () => {
  const [body] = renderSlack(
    { blocks: [{ kind: "story", card: sampleCard() }], ephemeral: false },
    POST,
  );
  const text = mrkdwnOf(body?.blocks);
  expect(text).toContain("*<https://news.example/talks|Talks resume in Oslo>*");
  expect(text).toContain(
    "Reuters first · also in Example Daily · 87/100 · en · <!date^1772352000^",
  );
  expect(text).toContain("because of talks: “Talks resume”");
  expect(JSON.stringify(body)).toContain('"value":"/sitrep why s0123456789"');
});

test("nothing that a feed brings breaks a post or an answer", () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }),
    fc.constantFrom(...HOSTILE_TEXTS),
  );
  const urls = fc.oneof(fc.webUrl(), fc.constantFrom(...HOSTILE_URLS));
  fc.assert(
    fc.property(texts, urls, fc.integer({ min: 0, max: 30 }), (text, url, stories) => {
      const reply = hostileReply(text, url, stories);
      for (const body of [...renderSlack(reply, POST), ...renderSlack(reply, null)]) {
        const shown = [mrkdwnOf(body.blocks), body.text];
        expect(blockFaults(body.blocks)).toEqual([]);
        expect(JSON.stringify(body.blocks).length).toBeLessThanOrEqual(12_000);
        expect(shown.flatMap(activeMentions)).toEqual([]);
        expect(shown.flatMap(maskedLinks)).toEqual([]);
        expect(shown.some(holdsUnseen)).toBe(false);
      }
    }),
    { numRuns: 60 },
  );
});
