/**
 * What Discord accepts, and what is built to. Sources, read 2026-08-06 at https://docs.discord.com/developers:
 * resources/message, components/reference, interactions/application-commands, interactions/receiving-and-responding.
 */
export const DISCORD_LIMITS = {
  /** Of all text displays of a message together. Not in the reference; client libraries state 4,000. */
  textChars: 3_800,
  /** Of a message, nested ones included. */
  components: 40,
  rowButtons: 5,
  buttonLabelChars: 80,
  customIdChars: 100,
  linkButtonUrlChars: 512,
  selectOptions: 25,
  selectOptionChars: 100,
  /** A thread's or a forum post's name. */
  threadNameChars: 100,
  nonceChars: 25,
  /** Of a picture's description. */
  altChars: 1_024,
  /** Followed by more than these a person is better served with a file. */
  answerMessages: 5,
  modalTitleChars: 45,
  labelChars: 45,
  labelDescriptionChars: 100,
  textInputChars: 4_000,
  commandDescriptionChars: 100,
  commandOptions: 25,
  optionChoices: 25,
  choiceChars: 100,
  /** Names, descriptions and values of one command with all that is in it. */
  commandChars: 8_000,
} as const;

/**
 * Stories that one post can hold, each with its headline and its link: with more of them the link buttons would
 * not fit into `components`. What is beyond is counted in the post's last line.
 */
export const DISCORD_STORIES_MAX = 24;
