import type { Reply } from "../../src/commands/reply.ts";
import { sampleCard } from "./chat-samples.ts";

/** Texts that a feed may bring and that must not do anything in a post. */
export const HOSTILE_TEXTS: readonly string[] = [
  "@everyone @here @channel <@900000000000000003> <@&900000000000000009> <#900000000000000010>",
  "<!channel> <!here> <!everyone> <!subteam^S012345> <@U0ANN> <#C0NEWS|news>",
  "[your bank](https://planted.example/x) ![x](https://planted.example) <https://planted.example|bank.example>",
  "https://bank.example](https://planted.example)",
  "\\[bank.example](https://planted.example) \\\\[bank.example](<https://planted.example>) \\<https://planted.example|bank.example>",
  '``` [bank.example](https://planted.example) ``` [bank.example](https://planted.example "x")\n```\n<https://planted.example|your bank>\n```',
  "` [bank.example](https://planted.example)`` [ｂａｎｋ．ｅｘａｍｐｌｅ](https://planted.example) ` <HTTPS://planted.example|x>",
  "bank.example: your account",
  "```\ncode fence\n``` `tick` ||spoiler|| **bold** __under__ ~~struck~~ *a* _b_ ~c~",
  "# heading\n## heading\n> quote\n>>> quote\n- list\n1. list\n-# small",
  "\u202Egnp.exe\u202C \u200Bzero\u200Bwidth\uFEFF \u2066isolate\u2069 \u00ADsoft \u{E0041}tag",
  `Z${"\u0301".repeat(500)}algo`,
  "👨‍👩‍👧‍👦".repeat(200),
  "می‌خواهم क्‍ष 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣",
  "W".repeat(10_000),
  "&amp;<script>alert(1)</script>&lt;".repeat(50),
  "\\".repeat(300),
  "|".repeat(300),
  "\u0000\u0001\u0007\u001B[31m\u0085\u2028\u2029",
  "\uD800 lone surrogate \uDC00",
  "",
  " ",
  "\u200B",
  "</sitrep:123456789012345678> <t:1:R> <:x:123456789012345678> <id:customize>",
];

/** Where links go that a text brings along: no post may link there under a label. */
export const PLANTED_HOST = "planted.example";

/** Addresses that a feed may bring. */
export const HOSTILE_URLS: readonly (string | null)[] = [
  null,
  "",
  "javascript:alert(1)",
  "data:text/html,x",
  "https://user:password@evil.example/",
  "https://evil.example/a)b](https://other.example)",
  "https://evil.example/a|b>c<@U0ANN>",
  `https://long.example/${"x".repeat(5_000)}`,
  `https://longish.example/${"y".repeat(450)}`,
  "https://xn--80ak6aa92e.com/",
  "http://[::1]/x",
  "not an address",
];

/** Every kind of block and every field of a story, filled with one text and one address. */
export function hostileReply(text: string, url: string | null, stories: number): Reply {
  const reason = { concept: text, field: "title" as const, quote: text, points: 12 };
  const outlet = { name: text, url };
  return {
    blocks: [
      { kind: "heading", text },
      { kind: "text", text },
      { kind: "notice", tone: "warning", text },
      { kind: "line", text },
      { kind: "table", columns: ["a", text], rows: [[text, text]] },
      { kind: "facts", facts: [[text, text]] },
      { kind: "reasons", reasons: [reason] },
      {
        kind: "timeline",
        entries: [{ at: "2026-03-01T08:00:00.000Z", outlet: text, title: text, url, note: text }],
      },
      ...Array.from({ length: stories }, (_, index) => ({
        kind: "story" as const,
        card: sampleCard({
          storyId: `s${String(index).padStart(10, "0")}`,
          headline: text,
          url,
          gist: text,
          outlets: [outlet, { name: `${text} two`, url }],
          firstReporter: text,
          reason,
          language: text.slice(0, 2),
        }),
      })),
    ],
    ephemeral: false,
    choices: [{ label: text, command: "/sitrep status", tone: "primary" }],
  };
}

/** Whether a post holds controls, bidi controls or zero-width characters; joiners are left out of it. */
export function holdsUnseen(text: string): boolean {
  return /[\p{Cc}\p{Bidi_Control}\u200B\u2028\u2029\u2060-\u2064\uFEFF\u00AD\u{E0041}]/u.test(
    text.replaceAll("\n", ""),
  );
}
