import type { Checked, NotChecked } from './check.ts';
import type { CardFound, CardNotShown } from './query.ts';
import type { NoEffect, Withdrawn } from './questions.ts';
import type { OneRecord, RecordList } from './records.ts';
import type { Statistics } from './statistics.ts';

/** What a command came to: facts, instants and names. Words are made of it in `command/sentences/`. */
export type DeskResult =
  CardFound | CardNotShown | Checked | NotChecked | Withdrawn | NoEffect | RecordList | OneRecord | Statistics;
