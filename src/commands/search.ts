import { headlineOf, outletOf } from "../feeds/item.ts";
import { answer, failed, heading, notice, plain } from "./answers.ts";
import type { Command } from "./command.ts";
import { pagerChoices } from "./now.ts";
import { anyTopicOption, shareOption, sinceOption } from "./option-specs.ts";
import type { SearchHit } from "./ports.ts";
import type { Block } from "./reply.ts";
import { countText, instantBefore } from "./words.ts";

const HITS_A_PAGE = 8;
/** More is found by a narrower query, not by paging. */
const HITS_MAX = 200;

export const searchCommand: Command = {
  spec: {
    root: "sitrep",
    group: null,
    name: "search",
    about: "Search everything that was read, in the words of the query language",
    level: "viewer",
    paged: true,
    options: [
      {
        name: "query",
        kind: "rest",
        about: 'Words, "phrases", AND, OR, NOT, prefix*, NEAR/n',
        required: true,
      },
      anyTopicOption,
      { name: "source", kind: "source", about: "Only what this outlet told", required: false },
      sinceOption,
      shareOption,
    ],
  },
  async run(call) {
    const { options, ports, now } = call;
    const query = options.required("query");
    const sinceMs = options.durationMs("since");
    const { hits, fault } = await ports.search.search(query, {
      topicId: options.text("topic"),
      source: options.text("source"),
      since: sinceMs === null ? null : instantBefore(now, sinceMs),
      limit: HITS_MAX,
    });
    if (fault !== null) return failed(`The query cannot be read: ${fault}`);
    const share = options.flag("share");
    if (hits.length === 0) {
      return answer([heading(`Search: ${query}`), notice("info", "Nothing found.")], { share });
    }
    const pages = Math.ceil(hits.length / HITS_A_PAGE);
    const page = Math.min(options.page, pages);
    const shown = hits.slice((page - 1) * HITS_A_PAGE, page * HITS_A_PAGE);
    const many = hits.length >= HITS_MAX ? `${HITS_MAX} or more items` : null;
    const part = pages > 1 ? `, page ${page} of ${pages}` : "";
    return answer(
      [
        heading(`Search: ${query}`),
        plain(`${many ?? countText(hits.length, "item")}${part}`),
        ...shown.map(hitBlock),
      ],
      { share, choices: pagerChoices(call, page, pages) },
    );
  },
};

/** A find is one item, shown as the card of its own telling. */
function hitBlock({ item, snippet }: SearchHit): Block {
  const outlet = outletOf(item);
  return {
    kind: "story",
    card: {
      storyId: item.storyId,
      headline: headlineOf(item),
      url: item.url,
      gist: snippet === "" ? null : snippet,
      outlets: [{ name: outlet, url: item.url }],
      firstReporter: outlet,
      items: 1,
      score: null,
      reason: null,
      language: item.language,
      publishedAt: item.publishedAt,
      firstSeenAt: item.seenAt,
      update: false,
    },
  };
}
