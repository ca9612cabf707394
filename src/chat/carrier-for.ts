import { keyOf } from '../redemption/message.ts';
import type { Carrier, Incoming } from './channel.ts';
import type { DirectReplies } from './direct-replies.ts';

/** What has to be answered. */
export type Heard = Exclude<Incoming, { kind: 'ignored' }>;

/** The carrier as it tells people where the late way does so at once. */
export function carrierFor(incoming: Heard, carrier: Carrier, direct: DirectReplies): Carrier {
  const { direct: address } = incoming.reply;
  if (address === null) return carrier;
  const { channel, account } = incoming.kind === 'message' ? incoming.message : incoming;
  const to = { channel, account, returnAddress: address.returnAddress };
  if (address.onlyLost === true) return direct.afterLoss(carrier, to);
  if (!address.besides) return direct.instead(carrier, to);
  return incoming.kind === 'message' ? direct.besides(carrier, to, keyOf(incoming.message)) : carrier;
}
