/** What posts say, once for all who are told the same: an alert for a thousand channels is a thousand short rows. */
export const REPLIES_SCHEMA = `
-- crc: CRC-32 of text, to find a text that is kept already.
CREATE TABLE replies (
  id INTEGER PRIMARY KEY,
  crc INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;
INSERT INTO replies (crc, text)
  SELECT crc32(reply), reply FROM (SELECT reply FROM deliveries UNION SELECT reply FROM edits);
CREATE INDEX replies_by_crc ON replies (crc);

ALTER TABLE deliveries ADD COLUMN reply_id INTEGER REFERENCES replies (id);
UPDATE deliveries SET reply_id = (SELECT id FROM replies WHERE crc = crc32(reply) AND text = reply);
ALTER TABLE deliveries DROP COLUMN reply;
CREATE INDEX deliveries_by_reply ON deliveries (reply_id);

ALTER TABLE edits ADD COLUMN reply_id INTEGER REFERENCES replies (id);
UPDATE edits SET reply_id = (SELECT id FROM replies WHERE crc = crc32(reply) AND text = reply);
ALTER TABLE edits DROP COLUMN reply;
CREATE INDEX edits_by_reply ON edits (reply_id);
`;
