import { fragmentOf, one } from "./dom.js";

/** Waits for a pause in typing: each preview reads the archive. */
const PAUSE_MS = 400;

/** Shows what a topic would have matched while it is typed. */
export function startWorkshop(form) {
  const preview = one("[data-preview]");
  let waiting;
  let running = null;

  async function show() {
    clearTimeout(waiting);
    if (!form.checkValidity()) return;
    running?.abort();
    const own = new AbortController();
    running = own;
    preview.ariaBusy = "true";
    try {
      const response = await fetch(form.action, {
        method: "POST",
        headers: { "x-sitrep-part": "preview", accept: "text/html" },
        body: new URLSearchParams(new FormData(form)),
        signal: own.signal,
      });
      if (response.ok) preview.replaceChildren(fragmentOf(await response.text()));
      preview.ariaBusy = null;
    } catch {
      if (running === own) preview.ariaBusy = null;
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, PAUSE_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void show();
  });
}
