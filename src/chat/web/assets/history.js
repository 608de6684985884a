const LINES_MAX = 50;
const KEY = "sitrep-lines";

/** Lines sent before come back with the arrow keys while no suggestion is open. */
export function startHistory(line, suggestions) {
  let lines = load();
  /** How many lines back from the one being typed. */
  let back = 0;

  function recall(step) {
    const wanted = Math.min(lines.length, Math.max(0, back + step));
    if (wanted === back) return;
    back = wanted;
    line.value = back === 0 ? "" : lines[lines.length - back];
  }

  line.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "ArrowUp") recall(1);
    else if (event.key === "ArrowDown" && back > 0) recall(-1);
    else if (event.key === "ArrowDown") suggestions.suggest();
    else return;
    event.preventDefault();
  });
  return {
    add(text) {
      lines = [...lines.filter((known) => known !== text), text].slice(-LINES_MAX);
      back = 0;
      save(lines);
    },
  };
}

// A browser may forbid storage; then lines are remembered until the page is left.

function load() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
  } catch {
    return [];
  }
}

function save(lines) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(lines));
  } catch {
    // See above.
  }
}
