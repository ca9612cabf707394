import type { BindingNews } from '../../redemption/notices.ts';
import type { VerbContext } from '../context.ts';

/** Puts a change of who is who on record for the groups. */
export async function recordBinding(context: VerbContext, news: BindingNews): Promise<null> {
  await context.trx
    .insertInto('notices')
    .values({
      kind: 'binding',
      store_code: news.store.code,
      binding: JSON.stringify(news),
      created_at: context.now,
    })
    .execute();
  return null;
}
