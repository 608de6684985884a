import { element, fragmentOf, one } from "./dom.js";
import { startEdits } from "./edits.js";

const RETRY_MS = 5_000;
/** Between two readings: however fast posts are made, the page stays usable. */
const READ_EVERY_MS = 250;
/** More posts than these make a page slow: the newer ones are on a page of their own. */
const POSTS_MAX = 200;

/** Adds posts to a channel as they are made, without moving what is being read. */
export function startLive(posts) {
  const state = one("[data-live]");
  const pill = createPill(posts);
  const channel = encodeURIComponent(posts.dataset.channel);
  const edits = startEdits(posts, channel);
  let newest = Number(posts.dataset.newest);
  let source = null;
  let reading = false;
  let again = false;

  function showState(name, text) {
    state.hidden = false;
    state.dataset.live = name;
    state.textContent = text;
  }

  function listen() {
    source ??= new EventSource(`/events?channel=${channel}&after=${newest}`);
    source.onopen = () => {
      showState("on", "Live");
      edits.readAgain();
    };
    source.onerror = onError;
    source.addEventListener("post", readOn);
    source.addEventListener("edit", ({ data }) => edits.told(JSON.parse(data).key));
  }

  /** Browsers try again by themselves after a lost connection, but not after a refusal. */
  function onError() {
    showState("off", "Reconnecting");
    if (source?.readyState !== EventSource.CLOSED) return;
    source = null;
    setTimeout(() => document.hidden || listen(), RETRY_MS);
  }

  /** An event says that there is more; the server makes its markup. */
  async function readOn() {
    again = true;
    if (reading) return;
    reading = true;
    try {
      while (again) {
        again = await readPosts();
        if (again) await new Promise((resolve) => setTimeout(resolve, READ_EVERY_MS));
      }
    } catch {
      // The next event asks again.
    } finally {
      reading = false;
    }
  }

  async function readPosts() {
    if (posts.children.length >= POSTS_MAX) {
      pill.full();
      return false;
    }
    const response = await fetch(`/posts?channel=${channel}&after=${newest}`);
    if (!response.ok) return false;
    const fresh = [...fragmentOf(await response.text()).children];
    if (fresh.length === 0) return false;
    newest = Number(fresh[0].dataset.number);
    insert(posts, fresh);
    if (!document.hidden) pill.add(fresh.length);
    return true;
  }

  posts.style.overflowAnchor = "none";
  listen();
  // A browser opens few connections to one place: pages that nobody sees give theirs back.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return listen();
    source?.close();
    source = null;
  });
}

/** What stood on top stays where it is: the page is scrolled by as much as the new posts are high. */
function insert(posts, fresh) {
  one("[data-empty]", posts)?.remove();
  const first = posts.firstElementChild;
  const before = first?.getBoundingClientRect().top ?? 0;
  posts.prepend(...fresh);
  if (first === null || document.hidden) return;
  const grown = first.getBoundingClientRect().top - before;
  const root = document.documentElement;
  const lacking = root.scrollTop + grown + root.clientHeight - root.scrollHeight;
  if (lacking > 0) {
    const padding = Number.parseFloat(getComputedStyle(posts).paddingBottom);
    posts.style.paddingBottom = `${padding + lacking}px`;
  }
  window.scrollBy({ top: grown, behavior: "instant" });
}

/** Says how many posts came in above, and leads to them. */
function createPill(posts) {
  let unread = 0;
  let isFull = false;
  const button = element("button", "pill", "");
  button.type = "button";
  button.hidden = true;
  const status = element("div", "pillbox", "");
  status.setAttribute("role", "status");
  status.append(button);
  document.body.append(status);

  function clear() {
    unread = 0;
    button.hidden = true;
    document.title = document.title.replace(/^\(\d+\) /, "");
  }

  button.addEventListener("click", () => {
    if (isFull) return location.reload();
    window.scrollTo({ top: 0 });
    posts.firstElementChild.focus({ preventScroll: true });
    clear();
  });
  window.addEventListener("scroll", () => {
    if (unread > 0 && !isFull && posts.getBoundingClientRect().top >= 0) clear();
  });
  return {
    full() {
      isFull = true;
      button.textContent = "Newer posts";
      button.hidden = false;
    },
    add(count) {
      if (isFull || posts.getBoundingClientRect().top >= 0) return;
      unread += count;
      button.textContent = unread === 1 ? "1 new post" : `${unread} new posts`;
      button.hidden = false;
      document.title = document.title.replace(/^(\(\d+\) )?/, `(${unread}) `);
    },
  };
}
