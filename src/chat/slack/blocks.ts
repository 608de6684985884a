/** The few kinds of blocks that Sitrep sends; https://docs.slack.dev/reference/block-kit. */
export type Mrkdwn = {
  readonly type: "mrkdwn";
  readonly text: string;
  /** Nothing in the text is made a link or a mention by itself. */
  readonly verbatim: true;
};
export type PlainText = { readonly type: "plain_text"; readonly text: string };
export type Button = {
  readonly type: "button";
  readonly action_id: string;
  readonly text: PlainText;
  readonly value: string;
  readonly style?: "primary" | "danger";
};
export type Menu = {
  readonly type: "static_select";
  readonly action_id: string;
  readonly placeholder: PlainText;
  readonly options: readonly { readonly text: PlainText; readonly value: string }[];
};
export type SlackBlock =
  | { readonly type: "header"; readonly text: PlainText }
  | { readonly type: "section"; readonly text: Mrkdwn }
  | { readonly type: "context"; readonly elements: readonly Mrkdwn[] }
  | {
      readonly type: "image";
      readonly slack_file: { readonly id: string };
      /** Read aloud instead of the picture. */
      readonly alt_text: string;
    }
  | { readonly type: "divider" }
  | { readonly type: "actions"; readonly elements: readonly (Button | Menu)[] };

/** A message as it is sent. */
export type SlackBody = {
  /** Shown in notifications and read aloud. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
  /** For a post: the delivery's key, a hash that tells nothing. Any member of the workspace can read it. */
  readonly metadata?: {
    readonly event_type: typeof DELIVERY_EVENT;
    readonly event_payload: { readonly key: string };
  };
};

/** Marks a message as a delivery of Sitrep. */
export const DELIVERY_EVENT = "sitrep_delivery";

/** A text object for mrkdwn. */
export function mrkdwn(text: string): Mrkdwn {
  return { type: "mrkdwn", text, verbatim: true };
}

/** A text object without any markup. */
export function plainText(text: string): PlainText {
  return { type: "plain_text", text };
}
