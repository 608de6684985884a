// The page works without script. With it, times are the reader's own, answers come in place, the command box
// suggests, and posts arrive as they are made.
import { startCommands } from "./commands.js";
import { showLocalTimes } from "./dom.js";
import { startLive } from "./live.js";
import { startSuggestions } from "./suggestions.js";
import { startWorkshop } from "./workshop.js";

showLocalTimes(document);
const line = document.querySelector("#line");
if (line !== null) {
  const suggestions = startSuggestions(line);
  startCommands(line, suggestions);
}
const posts = document.querySelector("[data-posts]");
if (posts !== null) startLive(posts);
const workshop = document.querySelector("[data-workshop]");
if (workshop !== null) startWorkshop(workshop);
