import { doctorCommand, healthCommand } from "./admin/health.ts";
import {
  sourceAddCommand,
  sourceListCommand,
  sourceRemoveCommand,
  sourceTestCommand,
} from "./admin/source.ts";
import { sourceExportCommand } from "./admin/source-export.ts";
import { topicBacktestCommand, topicListCommand } from "./admin/topic.ts";
import { catchupCommand } from "./catchup.ts";
import type { Command } from "./command.ts";
import { digestCommand } from "./digest.ts";
import { exportCommand } from "./export.ts";
import { helpCommand } from "./help.ts";
import { nowCommand } from "./now.ts";
import { searchCommand } from "./search.ts";
import { sourcesCommand } from "./sources.ts";
import type { CommandSpec } from "./spec.ts";
import { statusCommand } from "./status.ts";
import { storyCommand } from "./story.ts";
import { subscribeCommand } from "./subscribe.ts";
import { subscriptionCommand } from "./subscription.ts";
import { topicsCommand } from "./topics.ts";
import { whyCommand } from "./why.ts";

/** Every command, in the order in which help lists them. */
export const COMMANDS: readonly Command[] = [
  nowCommand,
  topicsCommand,
  searchCommand,
  storyCommand,
  whyCommand,
  sourcesCommand,
  statusCommand,
  catchupCommand,
  exportCommand,
  subscribeCommand,
  subscriptionCommand,
  digestCommand,
  helpCommand,
  sourceAddCommand,
  sourceListCommand,
  sourceTestCommand,
  sourceRemoveCommand,
  sourceExportCommand,
  topicListCommand,
  topicBacktestCommand,
  healthCommand,
  doctorCommand,
];

/** What a platform registers. */
export const SPECS: readonly CommandSpec[] = COMMANDS.map(({ spec }) => spec);
