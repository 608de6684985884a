export const one = (selector, within = document) => within.querySelector(selector);

const language = navigator.language?.startsWith("en") ? navigator.language : "en-GB";
const { hourCycle } = new Intl.DateTimeFormat(language, { hour: "numeric" }).resolvedOptions();
const hour = hourCycle === "h23" ? "2-digit" : "numeric";
const dayAndTime = { day: "numeric", month: "short", hour, minute: "2-digit" };
const short = new Intl.DateTimeFormat(language, dayAndTime);
const withYear = new Intl.DateTimeFormat(language, { ...dayAndTime, year: "numeric" });
const full = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" });

/** Turns the server's UTC into the reader's own zone. */
export function showLocalTimes(within) {
  const thisYear = new Date().getFullYear();
  for (const time of within.querySelectorAll("time[datetime]")) {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    time.textContent = (date.getFullYear() === thisYear ? short : withYear).format(date);
    time.title = full.format(date);
  }
}

/** Markup from the server, which has escaped everything in it. */
export function fragmentOf(markup) {
  const template = document.createElement("template");
  template.innerHTML = markup;
  showLocalTimes(template.content);
  return template.content;
}

export function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
