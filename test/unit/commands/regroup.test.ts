import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { somebody, type TenantWorld, tenantWorld } from "../../support/tenant-world.ts";

let world: TenantWorld;
beforeEach(async () => {
  world = await tenantWorld();
});
afterEach(() => world.close());

const operator = somebody("web");
const PORT = {
  guid: "port",
  url: "https://a.example/port",
  title: "Dockers strike at Northhaven port",
  text: "Dockers began a strike at Northhaven port on Monday over pay, their union said.",
  source: "Alpha",
};
const COPY = { ...PORT, guid: "copy", url: "https://b.example/port", source: "Beta" };
const FERRY = {
  guid: "ferry",
  url: "https://c.example/ferry",
  title: "Ferry crews walk out: harbour strike in Lisbon",
  text: "Crews of the Lisbon ferries walked out in a harbour strike after talks on rosters failed.",
  source: "Gamma",
};

async function storyAt(url: string): Promise<string> {
  return (await world.ledger.itemByUrl(url))?.storyId ?? "none";
}

describe("duplicate", () => {
  beforeEach(async () => {
    await world.bring("alpha", [PORT]);
    await world.bring("gamma", [FERRY]);
  });

  test("asks which story it tells again, and changes nothing before", async () => {
    const [port, ferry] = [await storyAt(PORT.url), await storyAt(FERRY.url)];
    const said = await world.say(`feedback ${ferry} duplicate`, operator);
    expect(said).toContain("Which story does it tell again?");
    expect(said).toContain(
      `[Same as ${port}] /sitrep feedback ${ferry} duplicate strikes of=${port}`,
    );
    expect(await storyAt(FERRY.url)).toBe(ferry);
  });

  test("makes the two one, and its address leads on", async () => {
    const [port, ferry] = [await storyAt(PORT.url), await storyAt(FERRY.url)];
    const said = await world.say(`feedback ${ferry} duplicate of=${PORT.url}`, operator);
    expect(said).toContain(`good: ${ferry} is now part of ${port}`);
    const story = await world.say(`story ${ferry}`, operator);
    expect(story).toContain("Alpha");
    expect(story).toContain("Gamma");
    expect(await world.say("/sitrep-admin audit", operator)).toContain(
      `joined ${ferry} into ${port}`,
    );
  });

  test("is undone: both are what they were, under their own ids", async () => {
    const [port, ferry] = [await storyAt(PORT.url), await storyAt(FERRY.url)];
    const before = [await world.say(`story ${port}`), await world.say(`story ${ferry}`)];
    await world.say(`feedback ${ferry} duplicate of=${port}`, operator);
    expect(await world.say(`feedback ${port} undo strikes`, operator)).toContain("Taken back");
    expect([await world.say(`story ${port}`), await world.say(`story ${ferry}`)]).toEqual(before);
  });

  test("a later item like either of them joins the one story", async () => {
    const [port, ferry] = [await storyAt(PORT.url), await storyAt(FERRY.url)];
    await world.say(`feedback ${ferry} duplicate of=${port}`, operator);
    const url = "https://d.example/ferry";
    await world.bring("delta", [{ ...FERRY, guid: "again", url, source: "Delta" }]);
    expect(await storyAt(url)).toBe(port);
  });

  test("after an undo a later item joins the story that it is like", async () => {
    const [port, ferry] = [await storyAt(PORT.url), await storyAt(FERRY.url)];
    await world.say(`feedback ${ferry} duplicate of=${port}`, operator);
    await world.bring("beta", [COPY]);
    await world.say(`feedback ${port} undo strikes`, operator);
    const url = "https://d.example/ferry";
    await world.bring("delta", [{ ...FERRY, guid: "again", url, source: "Delta" }]);
    expect(await storyAt(url)).toBe(ferry);
  });

  test("a story is not its own duplicate", async () => {
    const port = await storyAt(PORT.url);
    expect(await world.say(`feedback ${port} duplicate of=${PORT.url}`, operator)).toContain(
      "the same story already",
    );
  });
});

describe("wrong-story", () => {
  beforeEach(async () => {
    await world.bring("alpha", [PORT]);
    await world.bring("beta", [COPY]);
  });

  test("asks which item does not belong when a story is named", async () => {
    const port = await storyAt(PORT.url);
    const said = await world.say(`feedback ${port} wrong-story`, operator);
    expect(said).toContain("Which item is not of this story?");
    expect(said).toContain(`[Item 2] /sitrep feedback ${COPY.url} wrong-story strikes`);
  });

  test("takes the item out, as a story of its own that stays one", async () => {
    const port = await storyAt(PORT.url);
    await world.say(`feedback ${COPY.url} wrong-story`, operator);
    const apart = await storyAt(COPY.url);
    expect(apart).not.toBe(port);
    expect(await world.say(`story ${port}`)).not.toContain("Beta");
    expect(await world.say(`story ${apart}`)).toContain("Beta");
    for (const number of [1, 2, 3]) {
      await world.bring("alpha", [
        { ...PORT, guid: `more-${number}`, url: `https://a.example/more-${number}` },
      ]);
    }
    expect(await storyAt(PORT.url)).toBe(port);
    expect(await storyAt(COPY.url)).toBe(apart);
  });

  test("is undone: the item is in its story again", async () => {
    const port = await storyAt(PORT.url);
    const before = await world.say(`story ${port}`);
    await world.say(`feedback ${COPY.url} wrong-story`, operator);
    expect(await world.say(`feedback ${COPY.url} undo`, operator)).toContain("Taken back");
    expect(await storyAt(COPY.url)).toBe(port);
    expect(await world.say(`story ${port}`)).toBe(before);
  });

  test("has nothing to take out of a story with one item", async () => {
    await world.bring("gamma", [FERRY]);
    expect(await world.say(`feedback ${FERRY.url} wrong-story`, operator)).toContain(
      "only one item",
    );
  });
});

describe("stories are shared by all tenants", () => {
  test("an editor of one of them changes nothing, and is told who does", async () => {
    await world.bring("alpha", [PORT]);
    await world.bring("beta", [COPY]);
    const port = await storyAt(PORT.url);
    const said = await world.say(`feedback ${COPY.url} wrong-story`, somebody("north", "editor"));
    expect(said).toContain("whoever runs it makes the change");
    expect(await storyAt(COPY.url)).toBe(port);
  });

  test("a person whom the operator names as an admin changes them from any tenant", async () => {
    await world.bring("alpha", [PORT]);
    await world.bring("beta", [COPY]);
    const port = await storyAt(PORT.url);
    await world.say(`feedback ${COPY.url} wrong-story`, { isOperator: true });
    expect(await storyAt(COPY.url)).not.toBe(port);
  });

  test("a viewer's word waits for an editor", async () => {
    await world.bring("alpha", [PORT]);
    await world.bring("beta", [COPY]);
    const port = await storyAt(PORT.url);
    const said = await world.say(`feedback ${COPY.url} wrong-story`, somebody("web", "viewer"));
    expect(said).toContain("Nothing changes until an editor gives the same verdict");
    expect(await storyAt(COPY.url)).toBe(port);
  });
});
