import { randomUUID } from 'node:crypto';
import { hashOf, leftLogins, newSecret } from '../wire/logins.ts';

export interface EnterConsole {
  /** Where the service keeps its files. */
  readonly dataDir: string;
  readonly serviceUrl: string;
  /** Platform and id; absent: whoever is at the machine. */
  readonly user: string | undefined;
  /** What the browser calls itself. */
  readonly agent: string;
}

/**
 * Opens the console for the visitor of the sandbox, who is at this machine, with a link as `npm run console` leaves one. Resolves
 * with the cookies that the browser is to keep; null where the person is not let in.
 */
export async function enterConsole({
  dataDir,
  serviceUrl,
  user,
  agent,
}: EnterConsole): Promise<readonly string[] | null> {
  const token = newSecret();
  leftLogins.write(dataDir, {
    ...{ hash: hashOf(token), id: randomUUID(), madeAt: Date.now() },
    ...(user !== undefined && { user }),
  });
  const entered = await fetch(`${serviceUrl}/console/login/${token}`, {
    method: 'POST',
    headers: { origin: serviceUrl, 'sec-fetch-site': 'same-origin', 'user-agent': agent },
    body: new URLSearchParams(),
    redirect: 'manual',
  });
  await entered.body?.cancel();
  return entered.status === 303 ? entered.headers.getSetCookie() : null;
}
