import type {
  AuditEntry,
  Follow,
  KeptVerdict,
  Mute,
  Own,
  TenantSettings,
  TopicVersion,
} from "../../src/commands/own.ts";

/** What the tenants of a test wrote down. */
export type FakeNotes = {
  readonly versions: TopicVersion[];
  readonly mutes: Mute[];
  readonly verdicts: KeptVerdict[];
  readonly follows: Follow[];
  readonly settings: Map<string, TenantSettings>;
  readonly audit: AuditEntry[];
};

export function emptyNotes(): FakeNotes {
  return {
    versions: [],
    mutes: [],
    verdicts: [],
    follows: [],
    settings: new Map(),
    audit: [],
  };
}

/** Removes what fits from a list; whether there was any. */
function take<T>(list: T[], fits: (one: T) => boolean): boolean {
  const kept = list.filter((one) => !fits(one));
  const isFound = kept.length < list.length;
  list.splice(0, list.length, ...kept);
  return isFound;
}

/** Notes in memory, with the behaviour that the port's comments promise. */
export function fakeOwn(notes: FakeNotes): Own {
  const { versions, mutes, verdicts, follows, settings, audit } = notes;
  const isOf =
    (tenant: string) =>
    (one: { readonly tenant: string }): boolean =>
      one.tenant === tenant;
  return {
    topicVersions: async (tenant, topicId) =>
      versions.filter(({ topic }) => topic.id === topicId).filter(isOf(tenant)),
    async saveTopic(topic, entry) {
      const { tenant, at, user: by } = entry;
      const version = versions.filter(isOf(tenant)).length + 1;
      versions.push({ tenant, topic, version, by, at, deleted: false });
      audit.push(entry);
      return version;
    },
    async deleteTopic(topicId, entry) {
      audit.push(entry);
      return take(versions, ({ topic, tenant }) => topic.id === topicId && tenant === entry.tenant);
    },
    mutes: async (tenant, now) =>
      mutes.filter(isOf(tenant)).filter(({ until }) => until === null || until > now),
    async saveMute(mute, entry) {
      take(mutes, ({ id, tenant }) => id === mute.id && tenant === mute.tenant);
      mutes.push(mute);
      audit.push(entry);
    },
    async removeMute(muteId, entry) {
      audit.push(entry);
      return take(mutes, ({ id, tenant }) => id === muteId && tenant === entry.tenant);
    },
    verdicts: async (tenant, topicId) =>
      verdicts.filter(isOf(tenant)).filter((one) => topicId === null || one.topicId === topicId),
    async saveVerdict(verdict, entry) {
      verdicts.push(verdict);
      audit.push(entry);
    },
    async removeVerdict(topicId, itemId, entry) {
      audit.push(entry);
      return take(verdicts, (one) => one.topicId === topicId && one.itemId === itemId);
    },
    async regroup(_, verdict, entry) {
      verdicts.push(verdict);
      audit.push(entry);
      return true;
    },
    applyVerdicts: async () => 0,
    revertVerdicts: async () => 0,
    follows: async (tenant, user) =>
      follows.filter(isOf(tenant)).filter((one) => one.user === user),
    async saveFollow(follow, entry) {
      follows.push(follow);
      audit.push(entry);
    },
    async removeFollow(storyId, entry) {
      audit.push(entry);
      return take(follows, (one) => one.storyId === storyId && one.user === entry.user);
    },
    settings: async (tenant) => settings.get(tenant) ?? {},
    async saveSettings(values, entry) {
      settings.set(entry.tenant, values);
      audit.push(entry);
    },
    audit: async (tenant) => audit.filter(isOf(tenant)).toReversed(),
    async noteAudit(entry) {
      audit.push(entry);
    },
    ownCounts: async () => ({
      feedback: verdicts.length,
      mutes: mutes.length,
      follows: follows.length,
      topics: versions.length,
      subscriptions: 0,
      feeds: 0,
      audit: audit.length,
    }),
    async purge(_, entry) {
      audit.push(entry);
    },
  };
}
