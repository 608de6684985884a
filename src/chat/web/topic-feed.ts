import type { TopicStory } from "../../digests/digest.ts";
import { safeLink, safeText } from "../safe-text.ts";
import { type Html, html, rawHtml } from "./html.ts";
import type { TopicFeed } from "./ports.ts";

/** A topic's stories as Atom (RFC 4287). Without a public address it refers to no address of ours. */
export function renderAtom(feed: TopicFeed, publicUrl: string | null): string {
  const updated = updatedAt(feed);
  const own = (path: string, rel: string, type: string): Html | null =>
    publicUrl === null
      ? null
      : html`\n  <link rel="${rel}" type="${type}" href="${publicUrl + path}"/>`;
  const path = `/topics/${feed.topicId}`;
  const xml = html`${rawHtml('<?xml version="1.0" encoding="utf-8"?>\n')}<feed xmlns="http://www.w3.org/2005/Atom">
  <id>urn:sitrep:topic:${feed.topicId}</id>
  <title>${feed.name}</title>
  <subtitle>${feed.about}</subtitle>
  <updated>${updated}</updated>
  <author><name>Sitrep</name></author>${own(`${path}/feed.xml`, "self", "application/atom+xml")}${own(path, "alternate", "text/html")}
${feed.stories.map((story) => atomEntry(story, publicUrl))}</feed>
`;
  return xmlText(xml.html);
}

/** An entry without a link has to hold its content (RFC 4287, 4.1.2). */
function atomEntry(told: TopicStory, publicUrl: string | null): Html {
  const { story } = told;
  const link = safeLink(story.url);
  const page = publicUrl === null ? null : `${publicUrl}/stories/${story.id}`;
  const main = link ?? page;
  const language = story.languages[0];
  return html`  <entry${language === undefined ? null : html` xml:lang="${language}"`}>
    <id>urn:sitrep:story:${story.id}</id>
    <title>${story.headline}</title>
    <published>${story.firstSeenAt}</published>
    <updated>${story.lastSeenAt}</updated>
    <author><name>${story.firstReporter}</name></author>${
      main === null ? null : html`\n    <link rel="alternate" href="${main}"/>`
    }${page === null || page === main ? null : html`\n    <link rel="related" href="${page}"/>`}
    ${main === null ? html`<content>${summaryOf(told)}</content>` : html`<summary>${summaryOf(told)}</summary>`}
  </entry>
`;
}

/** A topic's stories as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). */
export function renderJsonFeed(feed: TopicFeed, publicUrl: string | null): object {
  const path = `/topics/${feed.topicId}`;
  return {
    version: "https://jsonfeed.org/version/1.1",
    title: safeText(feed.name),
    description: safeText(feed.about),
    ...(publicUrl === null
      ? {}
      : { home_page_url: publicUrl + path, feed_url: `${publicUrl}${path}/feed.json` }),
    items: feed.stories.map((told) => {
      const { story } = told;
      const page = publicUrl === null ? null : `${publicUrl}/stories/${story.id}`;
      const link = safeLink(story.url) ?? page;
      const language = story.languages[0];
      return {
        id: `urn:sitrep:story:${story.id}`,
        title: safeText(story.headline),
        content_text: summaryOf(told),
        ...(link === null ? {} : { url: link }),
        date_published: story.firstSeenAt,
        date_modified: story.lastSeenAt,
        authors: [{ name: safeText(story.firstReporter) }],
        ...(language === undefined ? {} : { language }),
      };
    }),
  };
}

/** The gist, then who told it and how well it fits: all on one line, since many readers fold line ends. */
function summaryOf(told: TopicStory): string {
  const outlets = told.story.outlets.map(({ name }) => safeText(name)).join(", ");
  const gist = told.gist === null ? "" : `${safeText(told.gist)} — `;
  return `${gist}${outlets}; first: ${safeText(told.story.firstReporter)}; score ${Math.round(told.score)}`;
}

/** When its newest story last grew; the epoch for a topic without any. */
function updatedAt(feed: TopicFeed): string {
  const times = feed.stories.map(({ story }) => story.lastSeenAt).sort();
  return times.at(-1) ?? "1970-01-01T00:00:00.000Z";
}

/** XML 1.0 has no place for these two; all other forbidden characters are gone already. */
function xmlText(text: string): string {
  return text.replace(/[\u{FFFE}\u{FFFF}]/gu, "");
}
