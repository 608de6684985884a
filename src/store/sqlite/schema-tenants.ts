/** What tenants write down: topics made by commands, verdicts, mutes, follows, settings, feeds they added, the audit. */
export const TENANTS_SCHEMA = `
-- The topic as it is now is the last version, unless that one says that it ended.
CREATE TABLE topic_versions (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  name TEXT NOT NULL,
  about TEXT NOT NULL,
  query TEXT NOT NULL,
  threshold REAL NOT NULL,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  deleted INTEGER NOT NULL,
  PRIMARY KEY (tenant, id, version)
) STRICT, WITHOUT ROWID;
-- Moves with every version, so that other processes notice.
INSERT INTO counters (name, value) VALUES ('topics', 0);

CREATE TABLE verdicts (
  seq INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  topic_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  by TEXT NOT NULL,
  story_id TEXT NOT NULL,
  verdict TEXT NOT NULL,
  terms TEXT NOT NULL,
  at TEXT NOT NULL,
  applied_at TEXT,
  UNIQUE (tenant, topic_id, item_id, by)
) STRICT;

CREATE TABLE mutes (
  seq INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  channel TEXT,
  topic_id TEXT,
  until TEXT,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  UNIQUE (tenant, id)
) STRICT;

-- story_id of follows and of mutes follows merges.
CREATE TABLE follows (
  tenant TEXT NOT NULL,
  user TEXT NOT NULL,
  story_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  until TEXT NOT NULL,
  items INTEGER NOT NULL,
  told_at TEXT NOT NULL,
  PRIMARY KEY (tenant, user, story_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX follows_by_story ON follows (story_id);

CREATE TABLE tenant_settings (
  tenant TEXT PRIMARY KEY,
  settings TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE feed_owners (
  feed_id TEXT NOT NULL REFERENCES feeds (id) ON DELETE CASCADE,
  tenant TEXT NOT NULL,
  name TEXT,
  tags TEXT NOT NULL,
  paused INTEGER NOT NULL,
  PRIMARY KEY (feed_id, tenant)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  at TEXT NOT NULL,
  user TEXT NOT NULL,
  what TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_tenant ON audit (tenant, seq);
`;
