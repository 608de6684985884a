import type { Layout } from "../digests/subscription.ts";
import type { Instant } from "../feeds/item.ts";
import type { Outlet } from "../stories/story.ts";
import type { Reason } from "../topics/topic.ts";

/** One story as a person sees it in a post or an answer. All texts are plain; feed text in them is untrusted. */
export type StoryCard = {
  readonly storyId: string;
  readonly headline: string;
  readonly url: string | null;
  readonly gist: string | null;
  readonly outlets: readonly Outlet[];
  readonly firstReporter: string;
  readonly items: number;
  /** 0 to 100; null where no topic is in question. */
  readonly score: number | null;
  readonly reason: Reason | null;
  readonly language: string | null;
  readonly publishedAt: Instant | null;
  readonly firstSeenAt: Instant;
  /** Told before and grown since. */
  readonly update: boolean;
  /** The topic under which it is told; absent where none is in question. */
  readonly topicId?: string;
};

/** One line or set of bars of a chart. */
export type ChartSeries = {
  readonly name: string;
  /** As many as the chart has labels. */
  readonly values: readonly number[];
};

/** One piece of an answer. Each platform renders every kind; there is no markup inside. */
export type Block =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "story"; readonly card: StoryCard }
  | {
      readonly kind: "table";
      readonly columns: readonly string[];
      /** As many cells as columns, each. */
      readonly rows: readonly (readonly string[])[];
    }
  /** Label and value, one a line. */
  | { readonly kind: "facts"; readonly facts: readonly (readonly [string, string])[] }
  /** What gave and took points. */
  | { readonly kind: "reasons"; readonly reasons: readonly Reason[] }
  | {
      readonly kind: "timeline";
      readonly entries: readonly {
        readonly at: Instant;
        readonly outlet: string;
        readonly title: string;
        readonly url: string | null;
        readonly note: string | null;
      }[];
    }
  | {
      readonly kind: "notice";
      readonly tone: "info" | "good" | "warning" | "error";
      readonly text: string;
    }
  /** Numbers over time. */
  | {
      readonly kind: "chart";
      readonly title: string;
      /** What stands under each point, such as `2026-02-03`. */
      readonly labels: readonly string[];
      /** One: bars; several: lines. */
      readonly series: readonly ChartSeries[];
      /** What the picture shows, in words, for whoever does not see it. */
      readonly alt: string;
    }
  /** A line to be typed or copied, as it stands. */
  | { readonly kind: "line"; readonly text: string }
  | {
      readonly kind: "file";
      readonly name: string;
      readonly mediaType: string;
      readonly content: string;
    };

/** Something to do next: a button, a link or a line to type. */
export type Choice = {
  readonly label: string;
  /** The command line that it stands for, with its leading /sitrep or /sitrep-admin. */
  readonly command: string;
  readonly tone: "primary" | "plain" | "danger";
};

/** What is answered or posted; a value without a platform. */
export type Reply = {
  readonly blocks: readonly Block[];
  /** Only the person who asked sees it, where the platform can do that. */
  readonly ephemeral: boolean;
  readonly choices?: readonly Choice[];
  /** The command was refused or failed. */
  readonly failed?: boolean;
  /** How a post's stories are laid out; cards when absent. */
  readonly layout?: Layout;
  /** Name of the thread that it goes to, under another post; absent for what stands by itself. */
  readonly thread?: string;
};
