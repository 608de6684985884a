/** What was told, and by which posts, in the order of stories: what a thousand channels are told at once lies together. */
export const BY_STORY_SCHEMA = `
CREATE TABLE told_next (
  story_id TEXT NOT NULL,
  subscription_id TEXT NOT NULL,
  items INTEGER NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (story_id, subscription_id)
) STRICT, WITHOUT ROWID;
INSERT INTO told_next (story_id, subscription_id, items, at)
  SELECT story_id, subscription_id, items, at FROM told;
DROP TABLE told;
ALTER TABLE told_next RENAME TO told;

-- story_id follows merges. delivery: its seq.
CREATE TABLE delivery_stories_next (
  story_id TEXT NOT NULL,
  delivery INTEGER NOT NULL REFERENCES deliveries (seq) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  PRIMARY KEY (story_id, delivery)
) STRICT, WITHOUT ROWID;
INSERT INTO delivery_stories_next (story_id, delivery, position)
  SELECT s.story_id, d.seq, s.position FROM delivery_stories s JOIN deliveries d ON d.key = s.key;
DROP TABLE delivery_stories;
ALTER TABLE delivery_stories_next RENAME TO delivery_stories;
CREATE INDEX delivery_stories_by_delivery ON delivery_stories (delivery);
`;
