/** What people said about which items are one story. */
export const REGROUPINGS_SCHEMA = `
-- Each belongs to the verdict of that tenant, topic, item and person. join: the items of from_id went to into_id;
-- split: they left from_id for into_id. revision: of the counter when it was made or undone last.
CREATE TABLE regroupings (
  seq INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL,
  tenant TEXT NOT NULL,
  topic_id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  by TEXT NOT NULL,
  kind TEXT NOT NULL,
  from_id TEXT NOT NULL,
  into_id TEXT NOT NULL,
  items TEXT NOT NULL,
  undone INTEGER NOT NULL
) STRICT;
CREATE INDEX regroupings_by_revision ON regroupings (revision);
CREATE INDEX regroupings_by_verdict ON regroupings (tenant, topic_id, item_id, by);
INSERT INTO counters (name, value) VALUES ('regroupings', 0);
`;
