import type { Observer } from '../operation/observe.ts';
import { ASK_OPEN_MS, type AskPolicy } from '../redemption/questions.ts';
import { createRedeemDesk } from '../redemption/redeem.ts';
import type { Redemption } from '../redemption/redemption.ts';
import type { LiveConfig } from '../config.ts';

type DeskParts = Parameters<typeof createRedeemDesk>[0];

export interface RedeemingWiring extends Pick<DeskParts, 'ledger' | 'vendor' | 'time' | 'now'> {
  readonly settings: Pick<LiveConfig, 'confirm' | 'liantuofu' | 'userLinesPerMinute'>;
  readonly observer: Observer;
  /** Tells people whose verdict the vendor's answer has overruled. */
  readonly tellOverruled: (redemption: Redemption) => void;
}

/** Redemptions themselves. `stopSaving` ends the tries to write outcomes that storage does not take. */
export function wireRedeeming({ settings, observer, tellOverruled, ...rest }: RedeemingWiring) {
  const stop = new AbortController();
  const policy: AskPolicy = { ...settings.confirm, openForMs: ASK_OPEN_MS };
  const desk = createRedeemDesk({
    ...rest,
    onSettled: observer.settled,
    onOverruled(redemption) {
      observer.overruled(redemption);
      tellOverruled(redemption);
    },
    onUnsaved: observer.unsaved,
    stop: stop.signal,
    cardDetail: settings.liantuofu.cardDetail,
    policy,
    linesPerMinute: settings.userLinesPerMinute,
  });
  return { desk, policy, stopSaving: () => stop.abort() };
}
