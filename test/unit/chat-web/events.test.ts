import { expect, test } from "vitest";
import { createWebApp } from "../../../src/chat/web/server.ts";
import { samplePage, samplePost } from "./sample-page.ts";

function live() {
  const sample = samplePage();
  const web = createWebApp(sample.options);
  const open = async (path: string, headers: Record<string, string> = {}) => {
    const response = await web.app.request(`http://127.0.0.1:8080${path}`, {
      headers: { host: "127.0.0.1:8080", ...headers },
    });
    return { response, read: reader(response) };
  };
  return { ...sample, web, open };
}

/** Reads so many events; each with its fields. */
function reader(response: Response) {
  const chunks = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  return async (count: number): Promise<{ event: string; id: string; data: string }[]> => {
    const events: { event: string; id: string; data: string }[] = [];
    while (events.length < count) {
      const end = text.indexOf("\n\n");
      if (end < 0) {
        const chunk = await chunks?.read();
        if (chunk === undefined || chunk.done) break;
        text += decoder.decode(chunk.value, { stream: true });
        continue;
      }
      const fields = Object.fromEntries(
        text
          .slice(0, end)
          .split("\n")
          .map((line) => line.split(/: (.*)/s).slice(0, 2)),
      );
      text = text.slice(end + 2);
      if ("event" in fields) events.push(fields);
    }
    return events;
  };
}

test("a post that is announced arrives as an event with its number, channel, time and reply", async () => {
  const { open, add, web } = live();
  const { response, read } = await open("/events");
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  add(samplePost(7, "Fresh"));
  web.announce({ channel: "web:main" });
  const [event] = await read(1);
  expect(event?.event).toBe("post");
  expect(event?.id).toBe("7");
  const data = JSON.parse(event?.data ?? "");
  expect(Object.keys(data)).toEqual(["id", "channel", "at", "reply"]);
  expect(data).toMatchObject({ id: 7, channel: "web:main", at: "2026-11-20T15:07:00.000Z" });
  expect(data.reply.blocks[1].card.headline).toBe("Fresh");
  web.close();
});

test("a reader that comes back gets what it missed, once, in order", async () => {
  const { open, add, web } = live();
  for (let number = 4; number <= 130; number += 1) {
    add(samplePost(number, "Missed", number % 2 === 0 ? "web:main" : "web:desk"));
  }
  const { read } = await open("/events", { "last-event-id": "3" });
  const ids = (await read(127)).map(({ id }) => Number(id));
  expect(ids).toEqual(Array.from({ length: 127 }, (_, index) => index + 4));
  web.announce({ channel: "web:main" });
  web.announce({ channel: "web:main" });
  add(samplePost(131, "Next"));
  web.announce({ channel: "web:main" });
  expect((await read(1)).map(({ id }) => id)).toEqual(["131"]);
  web.close();
});

test("one channel's readers do not get another's posts, and the last number wins over the address", async () => {
  const { open, add, web } = live();
  add(samplePost(4, "Elsewhere", "web:desk"));
  add(samplePost(5, "Here"));
  const one = await open("/events?channel=main&after=0");
  expect((await one.read(2)).map(({ id }) => id)).toEqual(["3", "5"]);
  const other = await open("/events?channel=main&after=0", { "last-event-id": "3" });
  expect((await other.read(1)).map(({ id }) => id)).toEqual(["5"]);
  web.close();
});

test("a number of another ledger does not silence the stream", async () => {
  const { open, add, web } = live();
  const { read } = await open("/events", { "last-event-id": "999999" });
  add(samplePost(4, "Fresh"));
  web.announce({ channel: "web:main" });
  expect((await read(1)).map(({ id }) => id)).toEqual(["4"]);
  web.close();
});

test("an edited post is told by its key to the readers of its channel, and is no post of its own", async () => {
  const { open, add, web } = live();
  const here = await open("/events?channel=main");
  const elsewhere = await open("/events?channel=desk");
  await here.read(0);
  add(samplePost(4, "Fresh"));
  add(samplePost(5, "Elsewhere", "web:desk"));
  web.announceEdit({ channel: "web:main", key: "key-3" });
  web.announce({ channel: "web:main" });
  const [edit, post] = await here.read(2);
  expect(edit).toEqual({ event: "edit", data: '{"channel":"web:main","key":"key-3"}' });
  expect(post?.id).toBe("4");
  expect((await elsewhere.read(1)).map(({ id }) => id)).toEqual(["5"]);
  web.close();
});

test("closing ends every stream", async () => {
  const { open, web } = live();
  const { read } = await open("/events");
  web.close();
  expect(await read(1)).toEqual([]);
});

test("a channel that there is not has no stream", async () => {
  const { open, web } = live();
  expect((await open("/events?channel=none")).response.status).toBe(404);
  web.close();
});
