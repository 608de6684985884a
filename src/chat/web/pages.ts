import { createHash } from "node:crypto";
import type { Reply } from "../../commands/reply.ts";
import type { CommandSpec } from "../../commands/spec.ts";
import type { Assets } from "./assets.ts";
import { type Html, html, rawHtml } from "./html.ts";
import { type RenderOptions, renderTime } from "./parts.ts";
import type { WebPost } from "./ports.ts";
import { renderReply } from "./render.ts";

/** What every page shows around its body. */
export type Frame = {
  readonly assets: Assets;
  readonly specs: readonly CommandSpec[];
  /** Whether a login can be ended here. */
  readonly login: boolean;
};

/** One page. */
export type Page = {
  readonly title: string;
  /** Path of the entry of the menu that is current; null when none is. */
  readonly current: string | null;
  /** Name of the channel that commands are asked in. */
  readonly channel: string;
  readonly body: Html;
  /** Shown under the command box: what a command answered without script. */
  readonly answer?: Html;
  /** Feeds of what the page shows: address and media type. */
  readonly alternates?: readonly (readonly [string, string])[];
};

const MENU = [
  ["/", "Channel"],
  ["/topics", "Topics"],
  ["/search", "Search"],
  ["/feeds", "Feeds"],
  ["/subscriptions", "Subscriptions"],
  ["/status", "Status"],
] as const;

/** A whole document. */
export function renderPage(page: Page, frame: Frame): string {
  const menu = MENU.map(([path, label]) => {
    const current = path === page.current ? html` aria-current="page"` : null;
    return html`<a href="${path}"${current}>${label}</a>`;
  });
  const logout = frame.login
    ? html`<form method="post" action="/logout"><button class="quiet">Log out</button></form>`
    : null;
  const document = html`${head(page.title, frame.assets, page.alternates ?? [])}
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="bar"><div class="wide">
<a class="brand" href="/">Sitrep</a>
<nav aria-label="Pages">${menu}</nav>
${logout}
</div></header>
<main id="main" class="wide" tabindex="-1">
${commandBox(page, frame)}
${page.body}
</main>
</body>
</html>
`;
  return document.html;
}

function head(title: string, assets: Assets, alternates: Page["alternates"] = []): Html {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title === "Sitrep" ? "Sitrep" : `${title} · Sitrep`}</title>
<link rel="icon" type="image/svg+xml" href="${assets.href("icon.svg")}">
<link rel="stylesheet" href="${assets.href("page.css")}">
<script type="module" src="${assets.href("page.js")}"></script>
${alternates.map(([href, type]) => html`<link rel="alternate" type="${type}" href="${href}">`)}
</head>`;
}

function commandBox(page: Page, frame: Frame): Html {
  const commands = frame.specs.map(
    (spec) =>
      html`<option value="${[`/${spec.root}`, spec.group, spec.name].filter((word) => word !== null).join(" ")}">${spec.about}</option>`,
  );
  return html`<section class="ask" aria-label="Commands">
<form class="command" method="post" action="/command" data-command data-box>
<label class="hidden" for="line">Command</label>
<div class="field"><input id="line" name="text" list="commands" autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="send" required maxlength="4000" placeholder="/sitrep now" aria-describedby="hint"><ul id="suggestions" role="listbox" aria-label="Suggestions" hidden></ul></div>
<input type="hidden" name="channel" value="web:${page.channel}">
<button class="button primary">Send</button>
<datalist id="commands">${commands}</datalist>
</form>
<p id="hint" class="hint">Try <code>/sitrep topics</code> or <code>/sitrep help</code>. The leading <code>/sitrep</code> may be left out.</p>
<div class="answers" aria-live="polite">${page.answer ?? null}</div>
</section>`;
}

/** What a command answered, under the line that asked for it. */
export function renderAnswer(line: string, reply: Reply, options: RenderOptions): Html {
  return html`<section class="answer" tabindex="-1" aria-label="Answer"><header class="said"><code>${line}</code></header>
${renderReply(reply, options)}</section>`;
}

/** A channel with its posts, newest first. */
export function renderChannel(
  channel: string,
  channels: readonly string[],
  posts: readonly WebPost[],
  more: { readonly newest: number; readonly older: number | null; readonly live: boolean },
  optionsOf: (post: WebPost) => RenderOptions,
): Html {
  const others = channels.filter((name) => name !== channel);
  const tabs = others.map((name) => html`<a href="/?channel=${name}">web:${name}</a>`);
  return html`<div class="channel">
<header class="channelhead"><h1><span class="platform">web:</span>${channel}</h1>
${others.length > 0 ? html`<nav class="tabs" aria-label="Other channels">${tabs}</nav>` : null}
<span class="live" data-live role="status" hidden></span></header>
<div class="posts" role="feed" aria-label="Posts in web:${channel}"${
    more.live ? html` data-posts data-channel="${channel}" data-newest="${more.newest}"` : null
  }>${posts.map((post) => renderPost(post, optionsOf(post)))}${posts.length === 0 ? emptyChannel(channel) : null}</div>
${more.older === null ? null : html`<p><a class="button" href="/?channel=${channel}&amp;before=${more.older}">Older posts</a></p>`}
</div>`;
}

/** One post, as it stands in a channel. */
export function renderPost(post: WebPost, options: RenderOptions): Html {
  return html`<article class="post" id="post-${post.number}" data-number="${post.number}" data-key="${post.key}" data-version="${versionOf(post)}" aria-label="Post ${post.number}" tabindex="-1">
<header class="posthead"><a href="#post-${post.number}" aria-label="Link to post ${post.number}">${renderTime(post.at)}</a></header>
${renderReply(post.delivery.reply, options)}
</article>
`;
}

/** Changes with what a post shows. */
function versionOf({ delivery }: WebPost): string {
  const shown = createHash("sha256").update(JSON.stringify(delivery.reply)).digest("base64url");
  return shown.slice(0, VERSION_CHARS);
}

const VERSION_CHARS = 8;

function emptyChannel(channel: string): Html {
  return html`<div class="empty" data-empty><p>Nothing has been posted to web:${channel} yet.</p>
<p>Digests and alerts appear here when a subscription of this channel is due. To see what is known now, send <code>/sitrep topics</code> and then <code>/sitrep now</code> with a topic.</p></div>`;
}

/** The form for a search, with what is asked for now. */
export function renderSearchForm(
  values: Readonly<Record<string, string>>,
  topics: readonly string[],
): Html {
  const options = topics.map((topic) => {
    const selected = topic === values["topic"] ? html` selected` : null;
    return html`<option value="${topic}"${selected}>${topic}</option>`;
  });
  const spans = [
    ["", "any time"],
    ["1d", "last day"],
    ["7d", "last 7 days"],
    ["30d", "last 30 days"],
  ];
  return html`<h1>Search</h1><form class="search" method="get" action="/search" role="search">
<label><span>Words</span><input type="search" name="q" value="${values["query"] ?? ""}" placeholder="Caracas AND (talks OR mediation)" required></label>
<label><span>Topic</span><select name="topic"><option value="">all topics</option>${options}</select></label>
<label><span>Since</span><select name="since">${spans.map(
    ([value = "", label = ""]) =>
      html`<option value="${value}"${value === (values["since"] ?? "") ? html` selected` : null}>${label}</option>`,
  )}</select></label>
<button class="button primary">Search</button></form>`;
}

/** What one who is not let in sees: a form for the token, or the reason. */
export function renderLogin(frame: Frame, next: string, problem: string | null): string {
  const body = html`${head("Log in", frame.assets)}
<body class="door"><main>
<h1 class="brand">Sitrep</h1>
${problem === null ? null : html`<div class="notice error" role="alert"><strong>Error</strong><div><p>${problem}</p></div></div>`}
<form method="post" action="/login">
<label><span>Access token</span><input type="password" name="token" autocomplete="current-password" required autofocus></label>
<input type="hidden" name="next" value="${next}">
<button class="button primary">Log in</button>
</form>
<p class="hint">The token is the value of SITREP_WEB_TOKEN where Sitrep runs.</p>
</main></body></html>
`;
  return body.html;
}

/** A page that says one thing, and where to go from there. */
export function renderDoor(
  frame: Frame,
  title: string,
  text: string,
  link: { readonly href: string; readonly label: string } | null,
): string {
  const body = html`${head(title, frame.assets)}
<body class="door"><main>
<h1>${title}</h1>
<p>${text}</p>
${link === null ? null : html`<p><a class="button primary" href="${link.href}">${link.label}</a></p>`}
</main></body></html>
`;
  return body.html;
}

/** Links to a topic's feeds. */
export function renderFeedLinks(topicId: string): Html {
  return html`<p class="feedlinks">${rawHtml("Follow: ")}<a href="/topics/${topicId}/feed.xml">Atom</a> <a href="/topics/${topicId}/feed.json">JSON Feed</a></p>`;
}
