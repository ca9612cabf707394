import type { Mapping } from '../mapping/mapping.ts';
import type { Text } from '../pages/text.ts';
import type { Changes } from './draft-settings.ts';
import type { Files, Host, Written } from './ports.ts';
import { inWords, wentBack } from './setup-words.ts';

export interface GoingLive {
  readonly host: Host;
  readonly files: Files;
  readonly settings: Changes;
  readonly mapping: Mapping;
  /** The files are written, and it starts. */
  readonly onWritten: (paths: readonly string[]) => void;
}

export type WentLive =
  | { readonly kind: 'live' }
  /** Nothing was written, and nothing was stopped. */
  | { readonly kind: 'not-written'; readonly error: unknown }
  /** All is as it was, as far as `why` does not say otherwise. */
  | { readonly kind: 'went-back'; readonly why: Text };

/** Writes what was set up and starts with it; where it does not start, puts the files back and starts what ran before. */
export async function goingLive({ host, files, settings, mapping, onWritten }: GoingLive): Promise<WentLive> {
  let written: Written;
  try {
    written = await files.write(settings, mapping);
  } catch (error) {
    return { kind: 'not-written', error };
  }
  onWritten(written.paths);
  const started = await restart(host);
  if (started === null) return { kind: 'live' };
  const undone = await written.undo().then(() => null, inWords);
  const again = await restart(host);
  return { kind: 'went-back', why: wentBack(started, undone ?? again) };
}

/** Why it did not start; null: it did. */
async function restart(host: Host): Promise<Text | null> {
  try {
    const result = await host.restart();
    return result.started ? null : result.why;
  } catch (error) {
    return inWords(error);
  }
}
