import type { WebPost, WebPosts } from "./ports.ts";

/** Often enough that proxies, which cut quiet connections after 30 s or more, keep this one. */
const HEARTBEAT_MS = 15_000;
/** Posts read at once while catching up. */
const PAGE = 50;
/** Edits that a slow page is told of. */
const EDITS_MAX = 1_000;
/** More open pages than these are told to come back later. */
const STREAMS_MAX = 500;

/** Live posts for any number of open pages. */
export type Events = {
  /** Posts of these channels with a number above `after`, for as long as the reader stays; null when there are too many readers. */
  open(channels: readonly string[], after: number): ReadableStream<Uint8Array> | null;
  /** Something was posted: every page looks. */
  wake(): void;
  /** A post shows something else than before: pages with that channel are told its key. */
  edited(channel: string, key: string): void;
  /** Ends every stream. */
  close(): void;
};

/**
 * Every stream keeps the number of the last post that it has sent and reads on from there, so a post can be
 * announced twice, late, or not at all (another process made it: the heartbeat looks too) and is still sent once.
 */
export function createEvents(posts: WebPosts, onError: (error: unknown) => void): Events {
  const streams = new Set<EventStream>();
  const heartbeat = setInterval(() => {
    for (const stream of streams) stream.beat();
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    open(channels, after) {
      if (streams.size >= STREAMS_MAX) return null;
      const stream = createStream(posts, channels, after, onError);
      streams.add(stream);
      return new ReadableStream<Uint8Array>(
        {
          start: (controller) => stream.start(controller),
          pull: () => stream.pull(),
          cancel: () => {
            stream.stop();
            streams.delete(stream);
          },
        },
        { highWaterMark: 64 },
      );
    },
    wake() {
      for (const stream of streams) stream.pull();
    },
    edited(channel, key) {
      for (const stream of streams) stream.edited(channel, key);
    },
    close() {
      clearInterval(heartbeat);
      for (const stream of streams) stream.end();
      streams.clear();
    },
  };
}

type EventStream = {
  start(controller: ReadableStreamDefaultController<Uint8Array>): void;
  /** Sends what is new and fits. */
  pull(): void;
  edited(channel: string, key: string): void;
  beat(): void;
  /** The reader left. */
  stop(): void;
  /** We leave. */
  end(): void;
};

function createStream(
  posts: WebPosts,
  channels: readonly string[],
  from: number,
  onError: (error: unknown) => void,
): EventStream {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  let after = from;
  let reading = false;
  let again = false;
  /** Channels by the keys of edited posts that there was no room to tell of; a page that is far behind reads all again. */
  const edits = new Map<string, string>();
  const room = (): boolean => controller !== null && (controller.desiredSize ?? 0) > 0;
  const send = (text: string): void => controller?.enqueue(encoder.encode(text));

  const readOn = async (): Promise<void> => {
    do {
      again = false;
      const found = await nextPosts(posts, channels, after);
      for (const post of found) {
        if (!room()) return;
        send(eventOf(post));
        after = post.number;
      }
      again ||= found.length > 0;
    } while (again && room());
  };
  const sendEdits = (): void => {
    for (const [key, channel] of edits) {
      if (!room()) return;
      edits.delete(key);
      send(`event: edit\ndata: ${JSON.stringify({ channel, key })}\n\n`);
    }
  };
  const pull = (): void => {
    sendEdits();
    again = true;
    if (reading || !room()) return;
    reading = true;
    readOn()
      .catch(onError)
      .finally(() => {
        reading = false;
      });
  };
  return {
    start(given) {
      controller = given;
      send("retry: 2000\n\n");
      pull();
    },
    pull,
    edited(channel, key) {
      if (!channels.includes(channel) || edits.size >= EDITS_MAX) return;
      edits.set(key, channel);
      sendEdits();
    },
    beat() {
      if (room()) send(": still here\n\n");
      pull();
    },
    stop() {
      controller = null;
    },
    end() {
      controller?.close();
      controller = null;
    },
  };
}

/** The next posts of all these channels in the order of their numbers. */
async function nextPosts(
  posts: WebPosts,
  channels: readonly string[],
  after: number,
): Promise<readonly WebPost[]> {
  const found = await Promise.all(channels.map((channel) => posts.posts(channel, after, PAGE)));
  return found
    .flat()
    .sort((one, other) => one.number - other.number)
    .slice(0, PAGE);
}

function eventOf(post: WebPost): string {
  const { number, channel, at, delivery } = post;
  const data = JSON.stringify({ id: number, channel, at, reply: delivery.reply });
  return `event: post\nid: ${number}\ndata: ${data}\n\n`;
}
