import { noticeReply } from "../commands/cards.ts";
import { feedName, type PolledFeed } from "../commands/feed-health.ts";
import type { FeedState } from "../feeds/feed.ts";
import type { Instant } from "../feeds/item.ts";
import { redactUrl } from "../feeds/redact.ts";
import type { Sitrep } from "../wiring.ts";

/** Says once what people should know of a feed: in the log, and to the admins who wish to hear of it. */
export type FeedNotices = {
  /** A poll failed: a line when that begins; when the feed is given up, a notice too. */
  failed(feed: PolledFeed, after: FeedState): Promise<void>;
  /** It can be read again after failures. */
  recovered(feed: PolledFeed): Promise<void>;
  /** It answers, but has long brought nothing new. */
  silent(feed: PolledFeed, since: Instant): Promise<void>;
  /** It brings news again. */
  speaks(feed: PolledFeed, since: Instant): Promise<void>;
  /** Its server has sent us elsewhere for so long that it is asked there. */
  moved(feed: PolledFeed, to: string): void;
  /** It brought more than it may. */
  flooded(feed: PolledFeed, left: number): void;
};

type Tone = Parameters<typeof noticeReply>[0];

export function createFeedNotices(sitrep: Sitrep): FeedNotices {
  const { log } = sitrep;
  const fieldsOf = (feed: PolledFeed): { readonly feed: string } => ({ feed: redactUrl(feed.url) });
  return {
    async failed(feed, after) {
      const fields = { ...fieldsOf(feed), problem: after.problem, nextTry: after.nextPollAt };
      if (after.paused && feed.state?.paused !== true) {
        log.error(fields, "feed is given up: mend or remove it");
        await tell(sitrep, feed, "error", givenUp(feed, after));
      } else if (after.failures === 1) {
        log.warn(fields, "feed cannot be read; tried again later");
      } else log.debug(fields, "feed still cannot be read");
    },
    async recovered(feed) {
      const { state } = feed;
      if (state === null || state.failures === 0) return;
      log.info({ ...fieldsOf(feed), failures: state.failures }, "feed can be read again");
      if (state.paused) await tell(sitrep, feed, "good", `${feedName(feed)} is read again.`);
    },
    async silent(feed, since) {
      log.warn({ ...fieldsOf(feed), since }, "feed answers, but has brought nothing new for long");
      const text = `${feedName(feed)} answers, but has brought nothing new since ${day(since)}, which is long for it. Look whether its site has another feed: ${redactUrl(feed.url)}`;
      await tell(sitrep, feed, "warning", text);
    },
    async speaks(feed, since) {
      log.info({ ...fieldsOf(feed), since }, "feed brings news again");
      const text = `${feedName(feed)} brings news again; it had been silent since ${day(since)}.`;
      await tell(sitrep, feed, "good", text);
    },
    moved(feed, to) {
      log.info({ ...fieldsOf(feed), to: redactUrl(to) }, "feed has moved; it is asked there");
    },
    flooded(feed, left) {
      log.warn(
        { ...fieldsOf(feed), left },
        "feed brings more new entries than are taken at a time; the others are taken later",
      );
    },
  };
}

function givenUp(feed: PolledFeed, { problem, lastOkAt }: FeedState): string {
  const good = lastOkAt === null ? "It was never read" : `It was last read on ${day(lastOkAt)}`;
  const reason = problem === null ? "" : ` ${problem}`;
  return `${feedName(feed)} is given up.${reason} ${good}. Once it is mended: /sitrep-admin source test ${feed.id}`;
}

/** The day of an instant, in UTC. */
function day(at: Instant): string {
  return at.slice(0, 10);
}

/** To the admins of all who see what the feed brings. */
async function tell(sitrep: Sitrep, feed: PolledFeed, tone: Tone, text: string): Promise<void> {
  const { ledger, log } = sitrep;
  try {
    const all = async (): Promise<readonly string[]> =>
      (await ledger.subscriptions(null)).map(({ subscription }) => subscription.tenant);
    const audience = (await ledger.audienceOf(feed.id)) ?? ["web", ...(await all())];
    for (const tenant of new Set(audience)) {
      await sitrep.noticeAdmins(tenant, noticeReply(tone, text));
    }
  } catch (error) {
    log.error({ error: String(error) }, "admins could not be told of a feed");
  }
}
