import { one } from "./dom.js";
import { createListbox } from "./listbox.js";

/** Waits for a pause in typing before it asks. */
const PAUSE_MS = 80;

/** Offers what a line may become while it is typed. */
export function startSuggestions(line) {
  let found = [];
  let turn = 0;
  let waiting;
  const listbox = createListbox(line, one("#suggestions"), (index) => {
    line.value = `${found[index].value} `;
    line.focus();
    suggest();
  });

  function close() {
    turn += 1;
    clearTimeout(waiting);
    listbox.close();
  }

  function suggest() {
    turn += 1;
    const own = turn;
    fetch(`/suggest?text=${encodeURIComponent(line.value)}`)
      .then((response) => (response.ok ? response.json() : []))
      .then((lines) => {
        if (own !== turn || document.activeElement !== line) return;
        found = lines.filter(({ value }) => value !== line.value.trim());
        listbox.show(found);
      })
      .catch(close);
  }

  line.removeAttribute("list");
  line.setAttribute("role", "combobox");
  line.setAttribute("aria-autocomplete", "list");
  line.setAttribute("aria-controls", "suggestions");
  line.ariaExpanded = "false";
  line.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(suggest, PAUSE_MS);
  });
  line.addEventListener("blur", close);
  return { close, suggest };
}
