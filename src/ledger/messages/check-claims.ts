import { randomBytes } from 'node:crypto';
import { NOT_ASKING } from '../../redemption/questions.ts';
import { claim } from './claim.ts';
import type { VerbContext } from '../context.ts';

/** As much as people may write in one message, so that a claim finds room where this does. */
const TEXT_BYTES = 12 * 1024;
const REMARK_BYTES = 200;
const LINES = 20;

/** Databases make others smaller. */
const incompressible = (bytes: number) => randomBytes(bytes).toString('base64');

/**
 * Proves that claims can be stored, by storing one and taking it away again in the same transaction: it goes into the
 * same tables and indexes, needs no less room, and no reader sees it. A smaller write may find room on a full disk
 * where no claim does.
 */
export async function checkClaims(context: VerbContext): Promise<null> {
  const token = context.newReceipt();
  const message = {
    channel: 'check',
    account: context.instance,
    messageId: token,
    user: 'check',
    conversation: null,
    text: incompressible(TEXT_BYTES),
    returnAddress: null,
  };
  const lines = Array.from({ length: LINES }, (_, line) => ({
    line,
    // Anywhere in its index, as theirs.
    card: context.newReceipt(),
    count: 1,
    remark: incompressible(REMARK_BYTES),
    store: { code: 'check', name: 'check' },
    employeeId: null,
    unsent: null,
  }));
  const { id } = (await claim(context, message, lines, token, NOT_ASKING)).message;
  await context.trx.deleteFrom('redemptions').where('message', '=', id).execute();
  await context.trx.deleteFrom('messages').where('id', '=', id).execute();
  return null;
}
