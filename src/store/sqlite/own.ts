import type { Own } from "../../commands/own.ts";
import type { Ledger } from "../ledger.ts";
import * as audit from "./audit.ts";
import type { Connection } from "./connection.ts";
import * as feeds from "./feeds.ts";
import * as mutes from "./mutes.ts";
import { ownCounts, purge } from "./purge.ts";
import { regroup, regroupedSince, undoRegroupings } from "./regroupings.ts";
import { rescore } from "./rescoring.ts";
import * as topics from "./topics.ts";
import * as verdicts from "./verdicts.ts";

type OwnPart = Own &
  Pick<
    Ledger,
    | "topicsRevision"
    | "madeTopics"
    | "rescore"
    | "hiddenFeeds"
    | "audienceOf"
    | "allMutes"
    | "grownFollows"
    | "commitFollows"
    | "regroupedSince"
  >;

/** The part of the ledger that holds what tenants wrote down. */
export function ownOf(db: Connection): OwnPart {
  return {
    ...topicsOf(db),
    ...notesOf(db),
    hiddenFeeds: async (tenant) => db.read(() => feeds.hiddenFeeds(db, tenant)),
    audienceOf: async (feedId) => db.read(() => feeds.audienceOf(db, feedId)),
    verdicts: async (tenant, topicId) => db.read(() => verdicts.verdicts(db, tenant, topicId)),
    saveVerdict: async (verdict, entry) =>
      db.write(() => {
        undoRegroupings(db, { ...verdict, tenant: entry.tenant });
        verdicts.saveVerdict(db, verdict, entry);
      }),
    removeVerdict: async (topicId, itemId, entry) =>
      db.write(() => {
        undoRegroupings(db, { tenant: entry.tenant, topicId, itemId, by: entry.user });
        return verdicts.removeVerdict(db, topicId, itemId, entry);
      }),
    regroup: async (regrouping, verdict, entry) =>
      db.write(() => regroup(db, regrouping, verdict, entry)),
    regroupedSince: async (revision) => db.read(() => regroupedSince(db, revision)),
    applyVerdicts: async (topicId, entry) =>
      db.write(() => verdicts.applyVerdicts(db, topicId, entry)),
    revertVerdicts: async (topicId, entry) =>
      db.write(() => verdicts.revertVerdicts(db, topicId, entry)),
    settings: async (tenant) => db.read(() => audit.settings(db, tenant)),
    saveSettings: async (settings, entry) =>
      db.write(() => audit.saveSettings(db, settings, entry)),
    audit: async (tenant, since, user, limit) =>
      db.read(() => audit.audit(db, tenant, since, user, limit)),
    noteAudit: async (entry) => db.write(() => audit.noteAudit(db, entry)),
    ownCounts: async (tenant) => db.read(() => ownCounts(db, tenant)),
    purge: async (scope, entry) => db.write(() => purge(db, scope, entry)),
  };
}

function topicsOf(
  db: Connection,
): Pick<
  OwnPart,
  "topicsRevision" | "madeTopics" | "topicVersions" | "saveTopic" | "deleteTopic" | "rescore"
> {
  return {
    topicsRevision: async () => db.read(() => topics.topicsRevision(db)),
    madeTopics: async () => db.read(() => topics.madeTopics(db)),
    topicVersions: async (tenant, topicId) =>
      db.read(() => topics.topicVersions(db, tenant, topicId)),
    saveTopic: async (topic, entry) => db.write(() => topics.saveTopic(db, topic, entry)),
    deleteTopic: async (topicId, entry) => db.write(() => topics.deleteTopic(db, topicId, entry)),
    rescore: async (topicIds, scored) => db.writeSoon(() => rescore(db, topicIds, scored)),
  };
}

type NotesPart = Pick<
  OwnPart,
  | "mutes"
  | "allMutes"
  | "saveMute"
  | "removeMute"
  | "follows"
  | "saveFollow"
  | "removeFollow"
  | "grownFollows"
  | "commitFollows"
>;

function notesOf(db: Connection): NotesPart {
  return {
    mutes: async (tenant, now) => db.read(() => mutes.mutes(db, tenant, now)),
    allMutes: async (now) => db.read(() => mutes.mutes(db, null, now)),
    saveMute: async (mute, entry) => db.write(() => mutes.saveMute(db, mute, entry)),
    removeMute: async (muteId, entry) => db.write(() => mutes.removeMute(db, muteId, entry)),
    follows: async (tenant, user, now) => db.read(() => mutes.follows(db, tenant, user, now)),
    saveFollow: async (follow, entry) => db.write(() => mutes.saveFollow(db, follow, entry)),
    removeFollow: async (storyId, entry) => db.write(() => mutes.removeFollow(db, storyId, entry)),
    grownFollows: async (now, toldBefore) => db.read(() => mutes.grownFollows(db, now, toldBefore)),
    commitFollows: async (told, now) => db.write(() => mutes.commitFollows(db, told, now)),
  };
}
