import type { Checked, NotChecked } from './check.ts';
import type { ConsoleResult } from './console-link.ts';
import type { NotForThem } from './not-allowed.ts';
import type { CardFound, CardNotShown } from './query.ts';
import type { AllWithdrawn, NoEffect, Withdrawn } from './questions.ts';
import type { OneRecord, RecordList } from './records.ts';
import type { RobotsTested } from './robot-tests.ts';
import type { StaffResult } from './staff-result.ts';
import type { Statistics } from './statistics.ts';
import type { NotUndone, WithdrawnInstead } from './undo.ts';

/** What a command came to: facts, instants and names. Words are made of it in `command/sentences/`. */
export type DeskResult =
  | NotForThem
  | (CardFound | CardNotShown)
  | (Checked | NotChecked)
  | (Withdrawn | AllWithdrawn | NoEffect)
  | (NotUndone | WithdrawnInstead)
  | (RecordList | OneRecord | Statistics)
  | StaffResult
  | RobotsTested
  | ConsoleResult;
