import type { Text } from '../../pages/text.ts';
import type { Silence } from '../../platforms/http.ts';

/**
 * Why another machine was not heard from. `certificate`: it has one that is not good for it. `no-answer`: it took the
 * request and said nothing in time. `other`: it was heard, but not as it should be.
 */
export type Obstacle =
  'dns' | 'refused' | 'timeout' | 'no-answer' | 'certificate' | 'no-tls' | 'proxy' | 'cut-off' | 'other';

export interface Unreached {
  readonly kind: Obstacle;
  readonly seen: Text;
  readonly todo: Text;
}

const TIMEOUT =
  /^(?:UND_ERR_CONNECT_TIMEOUT|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|TimeoutError|AbortError)$/u;
const KINDS: readonly (readonly [Obstacle, RegExp])[] = [
  ['dns', /^(?:ENOTFOUND|EAI_\w+|ENODATA|ESERVFAIL)$/u],
  ['refused', /^ECONNREFUSED$/u],
  ['certificate', /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|HOSTNAME_MISMATCH|INVALID_CA/u],
  ['no-tls', /^(?:EPROTO|ERR_SSL_\w+|ERR_TLS_\w+)$/u],
  // Undici ends a request so where the proxy does not lead on.
  ['proxy', /^(?:UND_ERR_ABORTED|UND_ERR_PRX_TLS)$/u],
  ['cut-off', /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET|HPE_\w+)$/u],
];

function kindOf({ cause, left }: Pick<Silence, 'cause' | 'left'>): Obstacle {
  if (TIMEOUT.test(cause)) return left ? 'no-answer' : 'timeout';
  return KINDS.find(([, words]) => words.test(cause))?.[0] ?? 'other';
}

/** In words for people: `host` was not heard from because of this. */
export function unreached(silence: Pick<Silence, 'cause' | 'left'>, host: string): Unreached {
  const kind = kindOf(silence);
  return { kind, ...WORDS[kind](host, silence.cause) };
}

/** `…/` and what is behind it would hold keys: only the host is named. */
const WORDS: Readonly<Record<Obstacle, (host: string, cause: string) => Pick<Unreached, 'seen' | 'todo'>>> = {
  dns: (host, cause) => ({
    seen: { zh: `域名 ${host} 解析不了（${cause}）。`, en: `The name ${host} does not resolve (${cause}).` },
    todo: {
      zh: `检查地址有没有写错，以及本机的 DNS：nslookup ${host}`,
      en: `Look whether the address is spelt right, and at the DNS of this machine: nslookup ${host}`,
    },
  }),
  refused: (host) => ({
    seen: { zh: `${host} 拒绝连接：那里没有程序在听。`, en: `${host} refuses connections: nothing listens there.` },
    todo: {
      zh: '检查地址和端口，以及对方（或代理 HTTPS_PROXY）是否在运行。',
      en: 'Check the address and the port, and whether it (or the proxy of HTTPS_PROXY) runs.',
    },
  }),
  timeout: (host, cause) => ({
    seen: { zh: `连不上 ${host}（${cause}）。`, en: `${host} cannot be reached (${cause}).` },
    todo: {
      zh: `检查本机的网络、防火墙和代理（HTTPS_PROXY）：curl -v https://${host}/`,
      en: `Check the network, the firewall and the proxy (HTTPS_PROXY) of this machine: curl -v https://${host}/`,
    },
  }),
  'no-answer': (host) => ({
    seen: { zh: `${host} 收到了请求，但没有及时回答。`, en: `${host} took the request and did not answer in time.` },
    todo: { zh: '稍后再查一次。', en: 'Check again later.' },
  }),
  certificate: (host, cause) => ({
    seen: {
      zh: `${host} 的证书不可信（${cause}）。`,
      en: `The certificate of ${host} is not good (${cause}).`,
    },
    todo: {
      zh: '检查地址有没有写错、本机时间准不准；公司网络会拦截 https 的，把它的根证书用 NODE_EXTRA_CA_CERTS 告诉本程序。',
      en: 'Check the address and the clock of this machine; where a company network opens https, name its root certificate in NODE_EXTRA_CA_CERTS.',
    },
  }),
  'no-tls': (host, cause) => ({
    seen: {
      zh: `${host} 那里不是 https（${cause}）。`,
      en: `What answers at ${host} does not speak https (${cause}).`,
    },
    todo: { zh: '检查地址和端口。', en: 'Check the address and the port.' },
  }),
  proxy: (host) => ({
    seen: { zh: `代理（HTTPS_PROXY）不让连 ${host}。`, en: `The proxy (HTTPS_PROXY) does not lead to ${host}.` },
    todo: {
      zh: `让代理放行 ${host}，或把它写进 NO_PROXY。`,
      en: `Have the proxy let ${host} through, or name it in NO_PROXY.`,
    },
  }),
  'cut-off': (host, cause) => ({
    seen: { zh: `到 ${host} 的连接被切断（${cause}）。`, en: `The connection to ${host} was cut off (${cause}).` },
    todo: { zh: '检查防火墙和代理，稍后再查一次。', en: 'Check firewall and proxy, and check again later.' },
  }),
  other: (host, cause) => ({
    seen: { zh: `${host} 的回答看不懂（${cause}）。`, en: `What ${host} answers is not understood (${cause}).` },
    todo: {
      zh: '检查地址是不是对的，稍后再查一次。',
      en: 'Check whether the address is the right one, and check again later.',
    },
  }),
};
