import { expect, test } from "vitest";
import * as discord from "../../support/wire-discord-rules.ts";
import * as slack from "../../support/wire-slack-rules.ts";

const TO = "https://evil.example/x";

test.each([
  ["plain", `read [bank.example](${TO}) now`],
  ["with an address in angle brackets", `[www.bank.example/login](<${TO}>)`],
  ["with a title", `[bank.example](${TO} "title")`],
  ["behind a backslash that is escaped itself", `\\\\[bank.example](${TO})`],
  ["after a block of code", `\`\`\`\ncode\n\`\`\`\n[bank.example](${TO})`],
  [
    "after a block that ends in the middle of a line",
    `\`\`\`\na \`\`\` [bank.example](${TO})\n\`\`\``,
  ],
  ["between two pieces of code", `\`a\` [bank.example](${TO}) \`b\``],
  ["behind a fence that a backslash takes away", `\\\`\`\`[bank.example](${TO})\`\`\``],
  ["behind a fence that never ends", `\`\`\`\n[bank.example](${TO})`],
  ["with an escaped bracket in its label", `[b\\]ank.example](${TO})`],
  ["with escapes in its label", `[bank\\.example](${TO})`],
  ["with brackets in its label", `[[1] bank.example](${TO})`],
  ["with its last bracket escaped", `[bank.example\\](${TO})`],
  ["that began as a link of ours", `[talks](https://news.example) bank.example\\](${TO})`],
  ["in wide letters", `[ｂａｎｋ．ｅｘａｍｐｌｅ](${TO})`],
  ["showing a number", `[192.0.2.1](${TO})`],
  ["over two lines", `[your\nbank.example](${TO})`],
])("on Discord a masked link %s is seen", (_how, text) => {
  expect(discord.maskedLinks(text)).toHaveLength(1);
});

test.each([
  ["behind a backslash", `\\[bank.example](${TO})`],
  ["in a block of code", `\`\`\`\n[bank.example](${TO})\n\`\`\``],
  ["in a block of code in a line", `a \`\`\`[bank.example](${TO})\`\`\` b`],
  ["in code", `\`[bank.example](${TO})\` and \`\`[bank.example](${TO})\`\``],
  ["torn apart", `[bank.example] (${TO})`],
])("on Discord what stands %s is no link", (_how, text) => {
  expect(discord.linksOf(text)).toEqual([]);
});

test("a label of the link's own host, or of words alone, masks nothing", () => {
  const texts = [`[evil.example](${TO})`, `[WWW.Evil.Example: talks](${TO})`, `[the talks](${TO})`];
  for (const text of texts) {
    expect(discord.linksOf(text)).toHaveLength(1);
    expect(discord.maskedLinks(text)).toEqual([]);
  }
  expect(slack.linksOf(`<${TO}|the talks>`)).toEqual([{ url: TO, label: "the talks" }]);
  expect(slack.maskedLinks(`<${TO}|evil.example> <${TO}|the talks>`)).toEqual([]);
});

test.each([
  ["plain", `read <${TO}|bank.example> now`],
  ["behind a backslash", `\\<${TO}|bank.example>`],
  ["in a block of code", `\`\`\`\n<${TO}|bank.example>\n\`\`\``],
  ["in code", `\`<${TO}|bank.example>\``],
  ["with a loud scheme", "<HTTPS://evil.example|bank.example>"],
  ["to no host at all", "<javascript:alert(1)|your bank>"],
  ["to an address for letters", "<mailto:a@evil.example|bank.example>"],
  ["with an escaped sign in its label", `<${TO}|&lt;bank.example&gt;>`],
])("on Slack a masked link %s is seen", (_how, text) => {
  expect(slack.maskedLinks(text)).toHaveLength(1);
});

test.each([
  ["escaped", `&lt;${TO}|bank.example&gt;`],
  ["a bare address", `<${TO}>`],
  ["another platform's link", `[bank.example](${TO})`],
  ["a date", "<!date^1772352000^{date}|bank.example>"],
])("on Slack %s is no link under a label", (_how, text) => {
  expect(slack.linksOf(text)).toEqual([]);
});
