/**
 * The first schema. Instants are text as JavaScript writes them and sort as text; lists and nested
 * values are JSON. Long texts stand last in a row, so that the short columns are read without them.
 */
export const FIRST_SCHEMA = `
CREATE TABLE feeds (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  url TEXT NOT NULL,
  name TEXT,
  tags TEXT NOT NULL,
  every_ms INTEGER NOT NULL,
  language TEXT,
  weight REAL NOT NULL,
  full_text INTEGER NOT NULL,
  where_file TEXT,
  where_line INTEGER
) STRICT;

CREATE TABLE feed_states (
  feed_id TEXT PRIMARY KEY REFERENCES feeds (id) ON DELETE CASCADE,
  title TEXT,
  next_poll_at TEXT NOT NULL,
  last_poll_at TEXT,
  last_ok_at TEXT,
  last_new_at TEXT,
  failures INTEGER NOT NULL,
  problem TEXT,
  status INTEGER,
  paused INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_states_due ON feed_states ((failures > 0), next_poll_at) WHERE paused = 0;

-- Outlives the items, so that what was removed from the archive is not taken for new.
CREATE TABLE seen (
  feed_id TEXT NOT NULL,
  guid TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  canonical_url TEXT,
  item_id TEXT NOT NULL,
  PRIMARY KEY (feed_id, guid)
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_by_hash ON seen (feed_id, content_hash);
CREATE INDEX seen_by_url ON seen (feed_id, canonical_url) WHERE canonical_url IS NOT NULL;

-- Kept beside the items and not derived when read: a story keeps its first reporter when the item is removed.
CREATE TABLE stories (
  id TEXT PRIMARY KEY,
  headline TEXT NOT NULL,
  url TEXT,
  published_at TEXT,
  first_seen_at TEXT NOT NULL,
  first_guid TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  items INTEGER NOT NULL,
  languages TEXT NOT NULL,
  outlets TEXT NOT NULL
) STRICT;

-- Always one step: an old "into" is rewritten when it ends itself.
CREATE TABLE merges (
  from_id TEXT PRIMARY KEY,
  into_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX merges_by_into ON merges (into_id);

-- AUTOINCREMENT: seq is the order of sight and the key of the search index, so it is never reused.
CREATE TABLE items (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  feed_id TEXT NOT NULL,
  guid TEXT NOT NULL,
  story_id TEXT NOT NULL REFERENCES stories (id),
  duplicate_of TEXT,
  seen_at TEXT NOT NULL,
  edited_at TEXT,
  at TEXT NOT NULL,
  baseline INTEGER NOT NULL,
  language TEXT,
  source TEXT,
  agency TEXT,
  outlet TEXT NOT NULL,
  headline TEXT NOT NULL,
  url TEXT,
  canonical_url TEXT,
  published_at TEXT,
  updated_at TEXT,
  author TEXT,
  title TEXT,
  categories TEXT NOT NULL,
  enclosures TEXT NOT NULL,
  summary TEXT,
  text TEXT
) STRICT;
CREATE INDEX items_by_story ON items (story_id);
CREATE INDEX items_by_seen ON items (seen_at);
CREATE INDEX items_by_url ON items (url) WHERE url IS NOT NULL;
CREATE INDEX items_by_canonical_url ON items (canonical_url) WHERE canonical_url IS NOT NULL;

-- What items were called before they were edited.
CREATE TABLE past_headlines (
  seq INTEGER PRIMARY KEY,
  item_seq INTEGER NOT NULL REFERENCES items (seq) ON DELETE CASCADE,
  title TEXT NOT NULL,
  until TEXT NOT NULL
) STRICT;
CREATE INDEX past_headlines_by_item ON past_headlines (item_seq);

CREATE TABLE matches (
  item_seq INTEGER NOT NULL REFERENCES items (seq) ON DELETE CASCADE,
  topic_id TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  score REAL NOT NULL CHECK (score >= 0 AND score <= 100),
  matched INTEGER NOT NULL,
  reasons TEXT NOT NULL,
  PRIMARY KEY (item_seq, topic_id)
) STRICT;
CREATE INDEX matches_by_topic ON matches (topic_id, seen_at);

-- The terms come ready from the caller, so a space alone separates them. No positions: a search only
-- narrows by it. Contentless: the texts are in items.
CREATE VIRTUAL TABLE archive USING fts5 (
  words, stems,
  content = '', contentless_delete = 1, detail = column,
  tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Z* C*' separators ' '"
);

CREATE TABLE subscriptions (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  tenant TEXT NOT NULL,
  channel TEXT NOT NULL,
  topic_id TEXT NOT NULL,
  mode TEXT NOT NULL,
  schedule TEXT NOT NULL,
  timezone TEXT NOT NULL,
  min_score REAL,
  language TEXT,
  layout TEXT NOT NULL,
  mention TEXT,
  first TEXT NOT NULL,
  quiet TEXT NOT NULL,
  cap INTEGER NOT NULL,
  empty TEXT NOT NULL,
  paused INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  where_file TEXT,
  where_line INTEGER,
  due_at TEXT,
  covered_to TEXT NOT NULL,
  owed_since TEXT
) STRICT;

CREATE TABLE told (
  subscription_id TEXT NOT NULL,
  story_id TEXT NOT NULL,
  items INTEGER NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (subscription_id, story_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX told_by_story ON told (story_id);

-- checksum covers every column before it, what the post says among them. post_number: order of settling, sent rows only.
CREATE TABLE deliveries (
  seq INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  tenant TEXT NOT NULL,
  platform TEXT NOT NULL,
  channel TEXT NOT NULL,
  kind TEXT NOT NULL,
  subscription_id TEXT,
  topic_id TEXT,
  story_ids TEXT NOT NULL,
  mention TEXT,
  created_at TEXT NOT NULL,
  state TEXT NOT NULL,
  due_at TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  attempt_at TEXT,
  settled_at TEXT,
  reason TEXT,
  message_id TEXT,
  post_number INTEGER,
  reply TEXT NOT NULL,
  checksum INTEGER NOT NULL,
  damaged INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX deliveries_open ON deliveries (channel, seq) WHERE state IN ('pending', 'retry');
CREATE INDEX deliveries_inflight ON deliveries (channel, seq) WHERE state = 'inflight';
CREATE INDEX deliveries_settled ON deliveries (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX deliveries_posted ON deliveries (channel, post_number) WHERE post_number IS NOT NULL;
CREATE INDEX deliveries_by_message ON deliveries (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX deliveries_by_subscription ON deliveries (subscription_id)
  WHERE state IN ('pending', 'retry');
CREATE INDEX deliveries_damaged ON deliveries (damaged) WHERE damaged <> 0;

-- story_id follows merges.
CREATE TABLE delivery_stories (
  key TEXT NOT NULL REFERENCES deliveries (key) ON DELETE CASCADE,
  story_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (key, story_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_stories_by_story ON delivery_stories (story_id);

-- until NULL: parked until somebody mends it. The channel "platform:*" holds the whole platform.
CREATE TABLE channel_holds (
  channel TEXT PRIMARY KEY,
  until TEXT,
  reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Sums that outlive the rows they count.
CREATE TABLE counters (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters (name, value) VALUES ('sent', 0), ('gone', 0), ('ambiguous', 0), ('posts', 0);

CREATE TABLE kv (
  namespace TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  expires_ms INTEGER,
  PRIMARY KEY (namespace, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX kv_by_expiry ON kv (expires_ms) WHERE expires_ms IS NOT NULL;
`;
