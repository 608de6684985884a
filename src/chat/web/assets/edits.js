import { element, fragmentOf, one } from "./dom.js";

/** Posts that are read again after a break: edits that were made meanwhile are not told. */
const REREAD_POSTS = 30;

/** Keeps the posts of a channel as they are now. */
export function startEdits(posts, channel) {
  /** Posts to be read again, one after the other. */
  const stale = new Map();
  let isReading = false;
  let wasOpen = false;

  async function readStale() {
    if (isReading) return;
    isReading = true;
    for (const [post, count] of stale) {
      stale.delete(post);
      if (post.isConnected) await read(post, count);
    }
    isReading = false;
  }

  async function read(post, count) {
    const after = Number(post.dataset.number) - 1;
    try {
      const response = await fetch(`/posts?channel=${channel}&after=${after}&count=${count}`);
      if (!response.ok) return;
      for (const fresh of [...fragmentOf(await response.text()).children]) {
        const shown = find(fresh.dataset.key);
        if (shown !== null) showEdit(shown, fresh);
      }
    } catch {
      // The next edit, or the next visit, shows it.
    }
  }

  const find = (key) => one(`[data-key="${CSS.escape(key)}"]`, posts);
  return {
    told(key) {
      const post = find(key);
      if (post !== null) stale.set(post, 1);
      void readStale();
    },
    /** The connection is there, again. */
    readAgain() {
      const shown = posts.querySelectorAll("[data-number]");
      const oldest = shown[Math.min(shown.length, REREAD_POSTS) - 1];
      if (wasOpen && oldest !== undefined) stale.set(oldest, REREAD_POSTS);
      wasOpen = true;
      void readStale();
    },
  };
}

/**
 * Shows a newer version of a post without moving what is being read: at once where nobody looks or where it takes as
 * much room; else when it is asked for, or has left the view.
 */
function showEdit(post, fresh) {
  if (post.dataset.version === fresh.dataset.version) return;
  offers.get(post)?.();
  if (isBusy(post) || (isInView(post) && heightOf(fresh, post) !== post.offsetHeight)) {
    offer(post, fresh);
  } else {
    swap(post, fresh);
  }
}

/** How to take back what a post offers. */
const offers = new WeakMap();

function isInView(post) {
  const { top, bottom } = post.getBoundingClientRect();
  return bottom > 0 && top < window.innerHeight;
}

/** Somebody is in it, or has asked something about it. */
function isBusy(post) {
  return post.contains(document.activeElement) || post.querySelector(".answer") !== null;
}

function heightOf(fresh, post) {
  const { style } = fresh;
  style.visibility = "hidden";
  style.position = "absolute";
  style.width = `${post.offsetWidth}px`;
  post.after(fresh);
  const height = fresh.offsetHeight;
  fresh.remove();
  fresh.removeAttribute("style");
  return height;
}

/** What stands below a post that is above the view stays where it is. */
function swap(post, fresh) {
  const { bottom } = post.getBoundingClientRect();
  post.replaceWith(fresh);
  if (bottom > 0 || document.hidden) return;
  const grown = fresh.getBoundingClientRect().bottom - bottom;
  window.scrollBy({ top: grown, behavior: "instant" });
}

function offer(post, fresh) {
  const button = element("button", "edited", "Updated: show");
  button.type = "button";
  const leaving = new IntersectionObserver(([seen]) => {
    if (!seen.isIntersecting && !isBusy(post)) done(true);
  });
  function done(isShown) {
    leaving.disconnect();
    offers.delete(post);
    button.remove();
    if (isShown) swap(post, fresh);
  }
  button.addEventListener("click", () => {
    done(true);
    fresh.focus({ preventScroll: true });
  });
  offers.set(post, () => done(false));
  post.append(button);
  leaving.observe(post);
}
