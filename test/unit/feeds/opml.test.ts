import { describe, expect, test } from "vitest";
import { parseOpml, writeOpml } from "../../../src/feeds/opml.ts";

const LIST = `<?xml version="1.0"?>
<opml version="2.0"><head><title>Mine</title></head><body>
  <outline text="World">
    <outline text="Europe &amp; Asia">
      <outline type="rss" text="Daily" title="The Daily" xmlUrl="https://daily.example/rss" language="es-VE" category="/politics/latam,wire"/>
    </outline>
    <outline type="rss" text="Gazette" xmlUrl="feed://gazette.example/feed"/>
  </outline>
  <outline text="Broken" type="rss" xmlUrl="ftp://old.example/rss"/>
  <outline text="A page" type="link" url="https://page.example/"/>
  <OUTLINE type="rss" text="Shout" XMLURL="https://shout.example/rss"></OUTLINE>
</body></opml>`;

describe("parseOpml", () => {
  test("reads nested folders as tags, whatever the case of names", () => {
    const { feeds } = parseOpml(LIST);
    expect(feeds).toEqual([
      {
        url: "https://daily.example/rss",
        name: "The Daily",
        tags: ["World", "Europe & Asia", "politics", "latam", "wire"],
        language: "es",
        line: 5,
      },
      {
        url: "http://gazette.example/feed",
        name: "Gazette",
        tags: ["World"],
        language: null,
        line: 7,
      },
      { url: "https://shout.example/rss", name: "Shout", tags: [], language: null, line: 11 },
    ]);
  });

  test("says in which line an address is of no use", () => {
    const { problems } = parseOpml(LIST);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: "opml-bad-address", line: 9 });
  });

  test("reads OPML 1, where the address is in url", () => {
    const text = `<opml version="1.0"><body><outline type="rss" title="Old" url="http://old.example/rss"/></body></opml>`;
    expect(parseOpml(text).feeds).toMatchObject([{ url: "http://old.example/rss", name: "Old" }]);
  });

  test("takes an address once, with the tags of all its places", () => {
    const one = `<outline type="rss" text="A" xmlUrl="https://a.example/rss"/>`;
    const text = `<opml><body><outline text="X">${one}</outline><outline text="Y">${one}</outline></body></opml>`;
    expect(parseOpml(text).feeds).toMatchObject([{ name: "A", tags: ["X", "Y"] }]);
  });

  test("says of other text that it is no OPML", () => {
    expect(parseOpml("<rss/>").problems).toMatchObject([{ code: "no-opml" }]);
    expect(parseOpml("").problems).toMatchObject([{ code: "no-opml" }]);
  });
});

describe("writeOpml", () => {
  const feeds = [
    {
      url: "https://a.example/rss?x=1&y=2",
      name: 'A "B" <C>',
      tags: ["World", "Wire"],
      language: "es",
    },
    { url: "https://b.example/rss", name: "B", tags: [], language: null },
  ];

  test("writes what parseOpml reads back", () => {
    const back = parseOpml(writeOpml(feeds));
    expect(back.problems).toEqual([]);
    expect(back.feeds.map(({ line: _, ...feed }) => feed)).toEqual(feeds);
  });

  test("leaves user and password out", () => {
    const text = writeOpml([{ url: "https://ann:secret@a.example/rss", name: null, tags: [] }]);
    expect(text).not.toMatch(/ann|secret/);
    expect(text).toContain('xmlUrl="https://a.example/rss"');
  });
});
