import { feedIdOf } from "../../feeds/identity.ts";
import { type Opml, type OpmlFeed, parseOpml } from "../../feeds/opml.ts";
import { redactUrl } from "../../feeds/redact.ts";
import { answer, failed, heading, notice, plain } from "../answers.ts";
import { type Call, type Command, entryOf } from "../command.ts";
import { confirmReply } from "../confirm.ts";
import { hostOf } from "../feed-health.ts";
import { WEB_ADDRESS } from "../line.ts";
import type { Block } from "../reply.ts";
import { countText } from "../words.ts";

/** More is a matter for a file. */
const FEEDS_MAX = 500;
const SHOWN_MAX = 20;

/** About as many feeds as are taken at once. */
const LIST_CHARS_MAX = 64_000;

export const sourceImportCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: "source",
    name: "import",
    about: "Read all feeds of an OPML list; shows what is new before it adds them",
    level: "admin",
    confirms: true,
    form: true,
    options: [
      { name: "url", kind: "text", about: "Address of an OPML file", required: false },
      {
        name: "file",
        kind: "file",
        about: "An OPML file of yours",
        required: false,
        endings: [".opml", ".xml"],
      },
      {
        name: "opml",
        kind: "text",
        about: "The OPML itself, pasted",
        required: false,
        multiline: true,
        charsMax: LIST_CHARS_MAX,
      },
    ],
  },
  async run(call) {
    const { options, ports } = call;
    const list = await givenList(call);
    if ("problem" in list) return failed(list.problem);
    const { feeds, problems } = list;
    if (feeds.length === 0) {
      return failed(`No feed is named in ${list.name}. ${problems[0]?.message ?? ""}`.trim());
    }
    if (feeds.length > FEEDS_MAX) {
      return failed(`${list.name} names more than ${FEEDS_MAX} feeds: split it.`);
    }
    const known = new Set((await ports.archive.feeds()).map(({ id }) => id));
    const fresh = [...new Map(feeds.map((feed) => [feedIdOf(feed.url), feed])).entries()].filter(
      ([id]) => !known.has(id),
    );
    if (fresh.length === 0) {
      return answer([notice("info", `All ${feeds.length} are read already.`)]);
    }
    const title = heading(`Import from ${list.name}`);
    const counts = plain(
      `${countText(fresh.length, "new feed")}, ${feeds.length - fresh.length} known already`,
    );
    const faults = problems.slice(0, 5).map(({ message }) => notice("warning", message));
    if (!options.confirmed) {
      const blocks = [title, counts, table(fresh.map(([, feed]) => feed)), ...faults];
      return confirmReply(call, blocks, `Add ${fresh.length}`);
    }
    for (const [id, feed] of fresh) await add(call, id, feed);
    return answer([
      notice("good", `${countText(fresh.length, "feed")} added; each first reading is a baseline.`),
      ...faults,
    ]);
  },
};

type List = Opml & { readonly name: string };

/** The list that is to be imported: at an address, as a file, or pasted. */
async function givenList({ options, ports }: Call): Promise<List | { readonly problem: string }> {
  const pasted = options.text("opml");
  if (pasted !== null) return { ...parseOpml(pasted), name: "the pasted list" };
  const file = options.text("file");
  const url = file ?? options.text("url");
  if (url === null)
    return { problem: "Name the address of an OPML file, upload one, or paste it." };
  if (!WEB_ADDRESS.test(url)) {
    return {
      problem: `${file === null ? "url" : "file"}: an address of http:// or https:// is needed.`,
    };
  }
  const read = await ports.reader.list(url);
  if ("problem" in read) return { problem: `${redactUrl(url)} cannot be read: ${read.problem}` };
  return { ...read, name: file === null ? hostOf(url) : "the file" };
}

async function add(call: Call, id: string, { url, name, tags, language }: OpmlFeed): Promise<void> {
  const { ports } = call;
  await ports.archive.addFeed(
    {
      id,
      url,
      name,
      tags,
      language,
      everyMs: ports.pollEveryMs,
      weight: 1,
      fullText: false,
      where: null,
    },
    entryOf(call, `added source ${id} (${redactUrl(url)}) by an import`),
  );
}

function table(feeds: readonly OpmlFeed[]): Block {
  const more = feeds.length - SHOWN_MAX;
  const rows = feeds
    .slice(0, SHOWN_MAX)
    .map(({ url, name }) => [name ?? hostOf(url), redactUrl(url)]);
  return {
    kind: "table",
    columns: ["Name", "Address"],
    rows: more > 0 ? [...rows, [`and ${more} more`, ""]] : rows,
  };
}
