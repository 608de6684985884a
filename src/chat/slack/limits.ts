/**
 * What Slack accepts, and what is built to. Sources, read 2026-08-06: https://docs.slack.dev/reference/block-kit/blocks
 * and /block-elements, methods/chat.postMessage, apis/web-api/rate-limits.
 */
export const SLACK_LIMITS = {
  blocks: 50,
  /** Of all blocks as JSON. Not documented; about 13,000 are refused (slackapi/bolt-js issue 2509). */
  messageChars: 12_000,
  sectionChars: 3_000,
  headerChars: 150,
  contextElements: 10,
  actionElements: 25,
  buttonTextChars: 75,
  buttonValueChars: 2_000,
  selectOptions: 100,
  optionTextChars: 75,
  optionValueChars: 150,
  /** Of `text`, which notifications and screen readers use; 4,000 are advised at most. */
  fallbackChars: 500,
  viewTitleChars: 24,
  metadataChars: 3_000,
  inputChars: 3_000,
  /** Of a picture's description. */
  altChars: 1_000,
  /** A response address takes five uses; one is kept for what goes wrong. */
  answerMessages: 4,
} as const;

/** Stories that one post can hold; what is beyond is counted in its last line. */
export const SLACK_STORIES_MAX = 24;

/** With many stories a longer address would take the room of another story. */
export const SLACK_LINK_CHARS_MAX = 300;
