import type { PeerCertificate } from 'node:tls';
import { checkServerIdentity } from 'node:tls';
import type { LiveConfig } from '../../config.ts';
import { createDispatcher, receive, type Received, type Request, type Silence } from '../../platforms/receive.ts';

const BOUNDS = { timeoutMs: 4_000, maxBytes: 256 * 1024 };

/** By which the service may tell these requests from those of the platforms. */
export const USER_AGENT = 'redemption-bot-doctor';

/** Requests something under the public address, as the world does; follows no redirect. Never rejects. */
export type Ask = (path: string, request: Omit<Request, 'signal'>) => Promise<Received | Silence>;

export interface PublicAddress {
  readonly ask: Ask;
  /** The certificate that was shown, where it is a good one for this name; null: none yet. */
  readonly certificate: () => PeerCertificate | null;
}

/** Looks at the public address from here, through the proxy of the environment where there is one. */
export async function askPublicly<Result>(
  { proxy }: Pick<LiveConfig, 'proxy'>,
  publicUrl: string,
  signal: AbortSignal,
  look: (address: PublicAddress) => Promise<Result>,
): Promise<Result> {
  let certificate: PeerCertificate | null = null;
  const tls = {
    timeout: 3_000,
    checkServerIdentity(host: string, shown: PeerCertificate) {
      const problem = checkServerIdentity(host, shown);
      if (problem === undefined) certificate = shown;
      return problem;
    },
  };
  const options = { connections: 4, allowH2: false, connect: tls, requestTls: tls };
  const dispatcher = createDispatcher(proxy, options);
  try {
    return await look({
      ask: (path, { headers = {}, ...request }) =>
        receive(
          dispatcher,
          publicUrl + path,
          { ...request, headers: { ...headers, 'user-agent': USER_AGENT }, signal },
          BOUNDS,
        ),
      certificate: () => certificate,
    });
  } finally {
    await dispatcher.destroy();
  }
}
