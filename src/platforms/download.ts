import { lookup as lookUp, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isLoopback } from '../loopback.ts';
import type { Log } from '../log.ts';
import type { Proxy } from '../proxy.ts';
import { MAX_PICTURE_BYTES, type Fetched, type NotFetched } from '../redemption/shown.ts';
import { isPublicAddress } from './addresses.ts';
import { createDispatcher, receive, TOO_LARGE, type Bounds, type Received, type Request } from './receive.ts';

/** Redirects to the same host that are followed. */
const MAX_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** `said`: what was answered instead, for what a platform says in it. */
export type Downloaded =
  | (Extract<Fetched, { kind: 'fetched' }> & { readonly contentType: string })
  | (Extract<Fetched, { kind: 'not-fetched' }> & { readonly said?: Pick<Received, 'status' | 'body'> });

/** `body` goes with POST, which is not sent to where it is redirected. */
export interface DownloadRequest {
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
}

/** Fetches a file from an address that a message or a platform names. Never rejects. */
export type Download = (url: string, how: DownloadRequest) => Promise<Downloaded>;

/** Finds all addresses of a name, as Node's does. */
export type Lookup = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface DownloadOptions {
  /** `host[:port]`s that are trusted wherever they are: those of MEDIA_HOSTS, and of the platforms' APIs. */
  readonly mediaHosts: readonly string[];
  readonly apiHosts: readonly string[];
  readonly proxy?: Proxy | null;
  readonly log?: Pick<Log, 'warn'>;
  /** How names become addresses. Default: the system's way. */
  readonly lookup?: Lookup;
  readonly bounds?: Bounds;
}

/** Encrypted ones are longer by their padding. */
const BOUNDS: Bounds = { timeoutMs: 10_000, maxBytes: MAX_PICTURE_BYTES + 32 };
const NOT_PUBLIC = 'NOT_PUBLIC';
/** Names that mean something in a private network only, where a proxy resolves them too. A name without a dot is one. */
const LOCAL_NAME = /^[^.]*\.?$|\.(?:localhost|local|internal|lan|home\.arpa)\.?$/u;

/**
 * Downloads by https only, on the usual port, and never from an address that is not public; what is listed is trusted instead,
 * with its port, and by http where it is this machine. The address is checked when the connection is made, so no name can be
 * public when it is looked at and private when it is used. Through a proxy it is the proxy that resolves names: then only
 * addresses and names that show it by themselves are refused here, and the proxy has to refuse the rest.
 */
export function createDownload(options: DownloadOptions): Download {
  const { mediaHosts, apiHosts, proxy = null, log, lookup = lookUp, bounds = BOUNDS } = options;
  const listed: ReadonlySet<string> = new Set([...mediaHosts, ...apiHosts]);
  const connecting = { connections: 16, allowH2: false };
  const connect = { timeout: 3_000 };
  const trusted = createDispatcher(proxy, { ...connecting, connect });
  const guarded = createDispatcher(proxy, { ...connecting, connect: { ...connect, lookup: onlyPublic(lookup) } });

  /** Whether what is at `url` may be asked: as a listed host, or as a public one. */
  function judge({ protocol, host, hostname, port, username, password }: URL): 'listed' | 'public' | 'forbidden' {
    if (username !== '' || password !== '') return 'forbidden';
    const isListed = listed.has(host);
    if (protocol !== 'https:' && !(protocol === 'http:' && isListed && isLoopback(hostname))) return 'forbidden';
    if (isListed) return 'listed';
    const address = hostname.replace(/^\[|\]$/gu, '');
    const isPublic = isIP(address) === 0 ? !LOCAL_NAME.test(hostname) : isPublicAddress(address);
    return isPublic && port === '' ? 'public' : 'forbidden';
  }

  function refuse(url: URL | null): Downloaded {
    const remedy = 'if pictures of yours are there, add the host to MEDIA_HOSTS';
    log?.warn({ host: url?.host ?? 'not a URL', remedy }, 'picture: its address may not be asked');
    return notFetched('forbidden');
  }

  return async (address, { signal, method = 'GET', ...rest }) => {
    const what: Request = { ...rest, method, signal };
    const until = performance.now() + bounds.timeoutMs;
    let url = URL.parse(address);
    for (let redirects = 0; ; redirects += 1) {
      const kind = url === null ? 'forbidden' : judge(url);
      if (url === null || kind === 'forbidden') return refuse(url);
      const left = { ...bounds, timeoutMs: Math.max(0, until - performance.now()) };
      const received = await receive(kind === 'listed' ? trusted : guarded, url.href, what, left);
      if (received.kind === 'silence') {
        if (received.cause === NOT_PUBLIC) return refuse(url);
        if (received.cause === TOO_LARGE) return notFetched('too-large');
        if (!signal.aborted) log?.warn({ host: url.host, cause: received.cause }, 'picture: its host was not reached');
        return notFetched('unreachable');
      }
      if (!REDIRECTS.has(received.status)) return judgeAnswer(received);
      const { location } = received.headers;
      if (location === undefined) return notFetched('unreachable');
      const next = URL.parse(location, url.href);
      if (next === null || next.origin !== url.origin || method !== 'GET') return refuse(next);
      if (redirects === MAX_REDIRECTS) return notFetched('unreachable');
      url = next;
    }
  };
}

function judgeAnswer({ status, headers, body }: Received): Downloaded {
  // It was asked for as it is, and no picture gets smaller: what is compressed all the same could be anything's size.
  const coding = headers['content-encoding'] ?? '';
  if (status === 200 && /^(?:identity)?$/iu.test(coding.trim())) {
    return { kind: 'fetched', bytes: body, contentType: headers['content-type'] ?? '' };
  }
  return { ...notFetched(status === 200 ? 'unreachable' : whyNot(status, body)), said: { status, body } };
}

function whyNot(status: number, body: Buffer): NotFetched {
  if (status === 404 || status === 410) return 'gone';
  // Storage of clouds says so of an address that was signed for some minutes.
  if (status === 403 && /expired/iu.test(body.toString('latin1', 0, 4096))) return 'gone';
  return status === 401 || status === 403 ? 'forbidden' : 'unreachable';
}

const notFetched = (why: NotFetched) => ({ kind: 'not-fetched', why }) as const;

/** Resolves names as `lookup` does, and fails where one of the addresses is not public. */
function onlyPublic(lookup: Lookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses;
      if (error !== null || first === undefined) callback(error ?? notPublic(), '', 0);
      else if (!addresses.every(({ address }) => isPublicAddress(address))) callback(notPublic(), '', 0);
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

const notPublic = (): NodeJS.ErrnoException =>
  Object.assign(new Error('its address is not public'), { code: NOT_PUBLIC });
