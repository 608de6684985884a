/** Counts the changes of subscriptions, by whatever process: who has read them all knows when to read them again. */
export const SUBSCRIPTION_CHANGES_SCHEMA = `
INSERT INTO counters (name, value) VALUES ('subscriptions', 0);
${["INSERT", "UPDATE", "DELETE"]
  .map(
    (change) => `
CREATE TRIGGER subscriptions_${change.toLowerCase()} AFTER ${change} ON subscriptions BEGIN
  UPDATE counters SET value = value + 1 WHERE name = 'subscriptions';
END;`,
  )
  .join("")}
`;
