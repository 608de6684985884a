import type { OptionSpec } from "./spec.ts";

export const topicOption: OptionSpec = {
  name: "topic",
  kind: "topic",
  about: "Which topic",
  required: true,
};

export const anyTopicOption: OptionSpec = {
  ...topicOption,
  about: "Only this topic; all of them without it",
  required: false,
};

export const sinceOption: OptionSpec = {
  name: "since",
  kind: "duration",
  about: "How far back: 6h, 24h, 7d …",
  required: false,
};

export const languageOption: OptionSpec = {
  name: "language",
  kind: "text",
  about: "Only items in this language, as a two-letter code: en, es, ru …",
  required: false,
};

export const shareOption: OptionSpec = {
  name: "share",
  kind: "flag",
  about: "Show the answer to everybody in the channel",
  required: false,
};
