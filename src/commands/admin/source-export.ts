import { SEED_FEED_ID } from "../../feeds/feed.ts";
import { writeOpml } from "../../feeds/opml.ts";
import { redactUrl } from "../../feeds/redact.ts";
import { answer, heading, notice, plain } from "../answers.ts";
import type { Command } from "../command.ts";
import { countText } from "../words.ts";

export const sourceExportCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: "source",
    name: "export",
    about: "Every source as an OPML file, without passwords",
    level: "admin",
    options: [],
  },
  async run({ ports, now }) {
    const feeds = (await ports.archive.feeds()).filter(({ id }) => id !== SEED_FEED_ID);
    if (feeds.length === 0) return answer([notice("info", "No feed is read yet.")]);
    const content = writeOpml(
      feeds.map(({ url, name, tags, language, state }) => ({
        url: redactUrl(url),
        name: name ?? state?.title ?? null,
        tags,
        language,
      })),
    );
    return answer([
      heading("Sources"),
      plain(countText(feeds.length, "feed")),
      {
        kind: "file",
        name: `sources-${now.slice(0, 10)}.opml`,
        mediaType: "text/x-opml",
        content,
      },
    ]);
  },
};
