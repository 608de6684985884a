/** Newer versions of posts that stand, and when holds were written. */
export const EDITS_SCHEMA = `
-- At most one a post: the newest version. revision rises with each; checksum covers key, revision and reply.
CREATE TABLE edits (
  key TEXT PRIMARY KEY REFERENCES deliveries (key) ON DELETE CASCADE,
  platform TEXT NOT NULL,
  revision INTEGER NOT NULL,
  due_at TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  reply TEXT NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;
CREATE INDEX edits_by_due ON edits (platform, due_at);

-- Stories that alerts told and that changed since; seq is the order of changing.
CREATE TABLE changed_stories (
  seq INTEGER PRIMARY KEY,
  story_id TEXT NOT NULL UNIQUE,
  revision INTEGER NOT NULL
) STRICT;

-- A hold that was written while the clock was ahead would otherwise last as long as it was ahead.
ALTER TABLE channel_holds ADD COLUMN written_at TEXT;
`;
