import type { Redelivered } from '../../redemption/message.ts';
import type { VerbContext } from '../context.ts';
import { record } from './record.ts';

/** Puts on record that platforms delivered messages again which were on record already. */
export async function noteRedelivered(context: VerbContext, redelivered: readonly Redelivered[]): Promise<null> {
  for (const { message, times, agoMs } of redelivered)
    await record(context, [{ message, at: context.now - agoMs }], { kind: 'redelivered', times });
  return null;
}
