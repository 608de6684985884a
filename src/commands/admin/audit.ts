import { answer, heading, notice } from "../answers.ts";
import type { Command } from "../command.ts";
import { pagerChoices } from "../now.ts";
import { DAY_MS, instantBefore, timeText } from "../words.ts";

const DAYS_MS = 30 * DAY_MS;
const ROWS_A_PAGE = 20;
const ROWS_MAX = 1_000;

export const auditCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: null,
    name: "audit",
    about: "Who changed what here, newest first",
    level: "admin",
    paged: true,
    options: [
      {
        name: "since",
        kind: "duration",
        about: "How far back: 24h, 30d …; 30 days without it",
        required: false,
      },
      { name: "actor", kind: "text", about: "Only what this person changed", required: false },
    ],
  },
  async run(call) {
    const { options, ports, caller, now } = call;
    const since = instantBefore(now, options.durationMs("since") ?? DAYS_MS);
    const actor = options.text("actor");
    const entries = await ports.own.audit(caller.tenant, since, actor, ROWS_MAX);
    if (entries.length === 0) return answer([notice("info", "Nothing was changed in that time.")]);
    const pages = Math.ceil(entries.length / ROWS_A_PAGE);
    const page = Math.min(options.page, pages);
    return answer(
      [
        heading(pages > 1 ? `Audit, page ${page} of ${pages}` : "Audit"),
        {
          kind: "table",
          columns: ["When", "Who", "What"],
          rows: entries
            .slice((page - 1) * ROWS_A_PAGE, page * ROWS_A_PAGE)
            .map(({ at, user, what }) => [timeText(at, ports.timezone).slice(0, 16), user, what]),
        },
      ],
      { choices: pagerChoices(call, page, pages) },
    );
  },
};
