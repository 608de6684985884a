import { element, fragmentOf, one } from "./dom.js";
import { startHistory } from "./history.js";

/** Every form that stands for a command is answered in place instead of by a new page. */
export function startCommands(line, suggestions) {
  const box = line.form;
  const history = startHistory(line, suggestions);
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-command]")) return;
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    if (form === box) suggestions.close();
    const answer = await ask(form, event.submitter, box.elements.channel.value);
    form.ariaBusy = null;
    addClose(answer, form === box ? line : event.submitter, line);
    place(answer, form, form === box);
    if (form !== box) return;
    history.add(line.value.trim());
    line.value = "";
    line.focus();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select");
    const other = event.ctrlKey || event.metaKey || event.altKey;
    if (event.key !== "/" || typing || other) return;
    event.preventDefault();
    line.focus();
    line.scrollIntoView({ block: "nearest" });
  });
}

async function ask(form, submitter, channel) {
  const body = new URLSearchParams(new FormData(form, submitter));
  if (!body.has("channel")) body.set("channel", channel);
  const headers = { "x-sitrep-part": "answer", accept: "text/html" };
  try {
    const response = await fetch("/command", { method: "POST", headers, body });
    const markup = await response.text();
    if (response.status === 401) return failure("Your login has ended: reload the page.");
    const isAnswer = response.headers.get("content-type")?.startsWith("text/html");
    return isAnswer ? fragmentOf(markup).firstElementChild : failure(markup);
  } catch {
    return failure("Sitrep does not answer. It may have been stopped.");
  }
}

function failure(text) {
  const answer = element("section", "answer", "");
  answer.tabIndex = -1;
  const notice = element("div", "notice error", "");
  notice.append(element("strong", "", "Error"), element("div", "", text));
  answer.append(element("header", "said", ""), notice);
  return answer;
}

/** Under the box; at the end of what was asked about; instead of the answer that asked back. */
function place(answer, form, isBox) {
  const around = isBox ? null : form.closest(".answer, .story, .post, .document");
  if (around === null) {
    one(".answers").replaceChildren(answer);
    if (!isBox) show(answer);
    return;
  }
  if (around.matches(".answer")) {
    around.replaceWith(answer);
  } else {
    const slot = around.matches(".story") ? one(".told", around) : around;
    const last = slot.lastElementChild;
    if (last?.matches(".answer")) last.remove();
    slot.append(answer);
  }
  show(answer);
}

function show(answer) {
  answer.focus({ preventScroll: true });
  answer.scrollIntoView({ block: "nearest" });
}

/** Closing goes back to what was pressed, or to the box when that is gone. */
function addClose(answer, pressed, line) {
  const close = element("button", "quiet", "Close");
  close.type = "button";
  close.addEventListener("click", () => {
    answer.remove();
    const back = pressed?.isConnected ? pressed : line;
    back.focus({ preventScroll: true });
  });
  one(".said", answer)?.append(close);
}
