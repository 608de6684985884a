import { answer, choice, heading, notice, plain } from "../answers.ts";
import type { Command } from "../command.ts";
import { feedHealth, feedName, healthText } from "../feed-health.ts";
import { feedSums } from "../status.ts";

const ROWS_MAX = 25;

export const healthCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: null,
    name: "health",
    about: "Feeds that are late, failing or silent, since when and why",
    level: "admin",
    options: [],
  },
  async run({ ports, now }) {
    const feeds = await ports.archive.feeds();
    if (feeds.length === 0) return answer([notice("info", "No feed is read yet.")]);
    const order = ["failing", "late", "silent"];
    const ill = feeds
      .map((feed) => ({ feed, rank: order.indexOf(feedHealth(feed, now)) }))
      .filter(({ rank }) => rank >= 0)
      .sort((a, b) => a.rank - b.rank || feedName(a.feed).localeCompare(feedName(b.feed), "en"))
      .map(({ feed }) => feed);
    const sums = plain(feedSums(feeds, now));
    if (ill.length === 0) return answer([heading("Health"), sums, notice("good", "All is well.")]);
    return answer(
      [
        heading("Health"),
        sums,
        {
          kind: "table",
          columns: ["Id", "Source", "How it does"],
          rows: ill
            .slice(0, ROWS_MAX)
            .map((feed) => [feed.id, feedName(feed), healthText(feed, now)]),
        },
        ...(ill.length > ROWS_MAX ? [plain(`and ${ill.length - ROWS_MAX} more`)] : []),
      ],
      {
        choices: ill
          .slice(0, 5)
          .map((feed) =>
            choice(`Test ${feedName(feed)}`.slice(0, 75), `/sitrep-admin source test ${feed.id}`),
          ),
      },
    );
  },
};

export const doctorCommand: Command = {
  spec: {
    root: "sitrep-admin",
    group: null,
    name: "doctor",
    about: "Looks at configuration, database, permissions, clock and feeds",
    level: "admin",
    options: [],
  },
  async run({ ports }) {
    const findings = await ports.doctor.examine();
    const wrong = findings.filter(({ ok }) => !ok).length;
    return answer([
      heading("Doctor"),
      wrong === 0
        ? notice("good", "Nothing is wrong.")
        : notice("warning", `${wrong} of ${findings.length} need attention.`),
      {
        kind: "table",
        columns: ["What", "State", "Found"],
        rows: findings.map(({ what, ok, text }) => [what, ok ? "ok" : "mend", text]),
      },
    ]);
  },
};
