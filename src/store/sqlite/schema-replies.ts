/** The columns of a delivery that its checksum covers beside its reply. */
const VALUES = `json_array(key, tenant, platform, channel, kind, subscription_id, topic_id, story_ids, mention,
  created_at, state, due_at, attempts, attempt_at, settled_at, reason, message_id, post_number)`;

/**
 * What posts say, once for all who are told the same: an alert for a thousand channels is a thousand short rows.
 * A checksum was that of the row and then of its reply; now the reply comes first, as many rows share it. The checksum
 * of a damaged row stays wrong.
 */
export const REPLIES_SCHEMA = `
-- crc: CRC-32 of text, to find a text that is kept already.
CREATE TABLE replies (
  id INTEGER PRIMARY KEY,
  crc INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;
INSERT INTO replies (crc, text)
  SELECT crc32(reply, 0), reply FROM (SELECT reply FROM deliveries UNION SELECT reply FROM edits);
CREATE INDEX replies_by_crc ON replies (crc);

ALTER TABLE deliveries ADD COLUMN reply_id INTEGER REFERENCES replies (id);
UPDATE deliveries SET reply_id = (SELECT id FROM replies WHERE crc = crc32(reply, 0) AND text = reply),
  checksum = CASE WHEN checksum = crc32(reply, crc32(${VALUES}, 0)) THEN crc32(${VALUES}, crc32(reply, 0)) ELSE -1 END;
ALTER TABLE deliveries DROP COLUMN reply;
CREATE INDEX deliveries_by_reply ON deliveries (reply_id);

ALTER TABLE edits ADD COLUMN reply_id INTEGER REFERENCES replies (id);
UPDATE edits SET reply_id = (SELECT id FROM replies WHERE crc = crc32(reply, 0) AND text = reply);
ALTER TABLE edits DROP COLUMN reply;
CREATE INDEX edits_by_reply ON edits (reply_id);
`;
