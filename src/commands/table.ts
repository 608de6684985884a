import { alertsCommand } from "./admin/alerts.ts";
import { auditCommand } from "./admin/audit.ts";
import { backupCommand } from "./admin/backup.ts";
import { doctorCommand, healthCommand } from "./admin/health.ts";
import { purgeCommand } from "./admin/purge.ts";
import { settingsCommand } from "./admin/settings.ts";
import { sourceAddCommand, sourceListCommand, sourceTestCommand } from "./admin/source.ts";
import { sourcePauseCommand, sourceRemoveCommand } from "./admin/source-change.ts";
import { sourceExportCommand } from "./admin/source-export.ts";
import { sourceImportCommand } from "./admin/source-import.ts";
import { topicBacktestCommand, topicListCommand } from "./admin/topic.ts";
import { topicCloneCommand, topicDeleteCommand, topicHistoryCommand } from "./admin/topic-keep.ts";
import { topicCreateCommand, topicEditCommand } from "./admin/topic-make.ts";
import { topicTuneCommand } from "./admin/topic-tune.ts";
import { catchupCommand } from "./catchup.ts";
import type { Command } from "./command.ts";
import { digestCommand } from "./digest.ts";
import { exportCommand } from "./export.ts";
import { feedbackCommand } from "./feedback.ts";
import { followCommand } from "./follow.ts";
import { helpCommand } from "./help.ts";
import { muteCommand } from "./mute.ts";
import { nowCommand } from "./now.ts";
import { searchCommand } from "./search.ts";
import { sourcesCommand } from "./sources.ts";
import type { CommandSpec } from "./spec.ts";
import { statusCommand } from "./status.ts";
import { storyCommand } from "./story.ts";
import { subscribeCommand } from "./subscribe.ts";
import { subscriptionCommand } from "./subscription.ts";
import { topicsCommand } from "./topics.ts";
import { compareCommand, trendCommand } from "./trend.ts";
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
  trendCommand,
  compareCommand,
  exportCommand,
  feedbackCommand,
  followCommand,
  subscribeCommand,
  subscriptionCommand,
  muteCommand,
  digestCommand,
  helpCommand,
  sourceAddCommand,
  sourceListCommand,
  sourceTestCommand,
  sourcePauseCommand,
  sourceRemoveCommand,
  sourceImportCommand,
  sourceExportCommand,
  topicListCommand,
  topicCreateCommand,
  topicEditCommand,
  topicBacktestCommand,
  topicTuneCommand,
  topicCloneCommand,
  topicDeleteCommand,
  topicHistoryCommand,
  healthCommand,
  doctorCommand,
  alertsCommand,
  settingsCommand,
  auditCommand,
  backupCommand,
  purgeCommand,
];

/** What a platform registers. */
export const SPECS: readonly CommandSpec[] = COMMANDS.map(({ spec }) => spec);
