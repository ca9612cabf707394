import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import type { LiveConfig } from '../../config.ts';
import type { Finding } from './check.ts';
import { dataFolder } from './context.ts';
import { fail } from './findings.ts';
import { listens } from './listens.ts';
import { lockHolder } from './lock-holder.ts';
import { localUrl } from './see-service.ts';

/**
 * What may have the bots of these settings although no service answers at their address; null: nothing that can be seen from
 * here. To listen beside it would throw a connection of WeCom’s out, and could not be kept.
 */
export async function inTheWay(config: LiveConfig, cwd: string): Promise<Finding | null> {
  const url = localUrl(config.host, config.port);
  if (url !== null && (await listens(url, AbortSignal.timeout(3_000))))
    return fail(
      {
        zh: `${url} 上有程序在运行，但它不是已经接入的服务，可能正在做接入设置。`,
        en: `A program listens at ${url}, which is no service of these settings; it may be in its setup.`,
      },
      {
        zh: '如果是本程序，就在它的 /setup 页面上等；否则停掉它，再等一次。',
        en: 'If it is this program, wait on its /setup page; otherwise stop it, then wait again.',
      },
    );
  const locks = await readFile('/proc/locks', 'utf8').catch(() => '');
  const holder =
    config.databaseUrl === null ? await lockHolder(join(dataFolder(config, cwd), 'ledger.db.lock'), locks) : null;
  if (holder !== null)
    return fail(
      {
        zh: `进程 ${holder} 在用这个账本：那是一个服务，只是不在设置的地址上。`,
        en: `Process ${holder} has this ledger: a service, only not at the address of the settings.`,
      },
      {
        zh: '从这里再连会把它的机器人挤掉。用它的 HOST 和 PORT 运行 npm run doctor -- --wait，或先停掉它。',
        en: 'To connect from here would throw its bot out. Run npm run doctor -- --wait with its HOST and PORT, or stop it first.',
      },
    );
  if (config.databaseUrl === null) return null;
  const { liveInstances } = await import('./postgres/live-instances.ts');
  const others = await liveInstances(config.databaseUrl);
  if (others === 0) return null;
  return fail(
    {
      zh: `数据库里有 ${others} 个正在运行的实例，它们连着机器人。`,
      en: `Running instances that share this database: ${others}. They have the bots.`,
    },
    {
      zh: '从这里再连会把它们挤掉：到其中一个实例的机器上运行 npm run doctor -- --wait。',
      en: 'To connect from here would throw them out: run npm run doctor -- --wait on the machine of one of them.',
    },
  );
}
