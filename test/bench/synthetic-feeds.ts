const WORDS =
  "government talks minister border troops election economy parliament capital president agreement ceasefire negotiations oil company report market sanctions army official said after during between international council naïve café".split(
    " ",
  );

/** Feeds in the shapes that are common: RSS with CDATA, RSS with escaped markup, RSS with headlines only, Atom. */
export function syntheticFeeds(count: number): Buffer[] {
  const random = randomFrom(7);
  return Array.from({ length: count }, (_, index) => {
    const entries = 10 + random(40);
    const paragraphs = random(10);
    switch (index % 4) {
      case 0:
        return Buffer.from(rss(random, entries, paragraphs, (html) => `<![CDATA[${html}]]>`));
      case 1:
        return Buffer.from(rss(random, entries, paragraphs, escapeXml));
      case 2:
        return Buffer.from(rss(random, entries, 0, escapeXml));
      default:
        return Buffer.from(atom(random, entries, paragraphs));
    }
  });
}

type Random = (below: number) => number;

/** The same numbers on every run. */
function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

function sentence(random: Random, words: number): string {
  return Array.from({ length: words }, () => WORDS[random(WORDS.length)]).join(" ");
}

function html(random: Random, paragraphs: number): string {
  return Array.from(
    { length: paragraphs },
    () =>
      `<p>${sentence(random, 40)} <a href="https://news.example/a/${random(9_999)}">${sentence(random, 4)}</a> &amp; ${sentence(random, 12)}.</p>`,
  ).join("\n");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function rss(
  random: Random,
  entries: number,
  paragraphs: number,
  wrap: (html: string) => string,
): string {
  const items = Array.from({ length: entries }, (_, index) => {
    const content = html(random, paragraphs);
    return `<item>
      <title>${sentence(random, 9)} &amp; ${index}</title>
      <link>https://news.example/${index}</link>
      <guid isPermaLink="false">id-${index}</guid>
      <pubDate>Mon, 02 Mar 2026 10:${String(index % 60).padStart(2, "0")}:00 GMT</pubDate>
      <dc:creator><![CDATA[${sentence(random, 2)}]]></dc:creator>
      <category>${sentence(random, 1)}</category>
      <description>${wrap(`<p>${sentence(random, 30)}</p>`)}</description>
      ${content === "" ? "" : `<content:encoded>${wrap(content)}</content:encoded>`}
    </item>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
  <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel><title>News</title><link>https://news.example/</link><description>d</description>${items.join("\n")}</channel></rss>`;
}

function atom(random: Random, entries: number, paragraphs: number): string {
  const items = Array.from(
    { length: entries },
    (_, index) => `<entry>
      <title type="html">${sentence(random, 8)}</title>
      <link rel="alternate" href="https://blog.example/${index}"/>
      <id>tag:blog.example,2026:${index}</id>
      <published>2026-03-02T10:00:00Z</published><updated>2026-03-02T10:00:00Z</updated>
      <author><name>${sentence(random, 2)}</name></author>
      <summary>${sentence(random, 30)}</summary>
      <content type="html">${escapeXml(html(random, paragraphs))}</content>
    </entry>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
  <feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title><link href="https://blog.example/"/>
  <updated>2026-03-02T10:00:00Z</updated>${items.join("\n")}</feed>`;
}
