import type { Log } from '../../../log.ts';

/** Where a callback of the bot says that it comes from. */
export interface Origin {
  readonly botId: string;
  /** Of the person, as the callback has it, unchecked; undefined where it names none. */
  readonly corpId: unknown;
}

export interface OriginOptions {
  /** Our own corp; null where it is not known. */
  readonly corpId: string | null;
  readonly log: Pick<Log, 'warn'>;
}

/**
 * Makes the check whether the user id of a callback belongs to this company. WeCom names a person's corp only for bots
 * that others than our own people can use (document 100719), so a named one has to be shown to be ours. The bot is the
 * one that was heard first: a second one with the same keys is a mistake, and its people are not to act as ours.
 */
export function createOrigin({ corpId, log }: OriginOptions): (origin: Origin) => boolean {
  let ourBot: string | null = null;

  return (origin) => {
    if (origin.corpId !== undefined && origin.corpId !== null && origin.corpId !== corpId) {
      const remedy = corpId === null ? 'if it is yours, set WECOM_CORP_ID' : 'if it is yours, correct WECOM_CORP_ID';
      log.warn({ corp: origin.corpId, remedy }, 'message of another corp: its sender is treated as unknown');
      return false;
    }
    ourBot ??= origin.botId;
    if (origin.botId === ourBot) return true;
    const remedy = 'give each bot keys of its own; where this one takes the place of the other, restart the service';
    log.warn({ bot: origin.botId, ours: ourBot, remedy }, 'message to another bot: its sender is treated as unknown');
    return false;
  };
}
