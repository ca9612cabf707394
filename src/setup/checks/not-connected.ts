import type { ErrorTable } from '../../platforms/errors.ts';
import type { Refusal } from '../../transports/socket/socket.ts';
import type { Finding } from './check.ts';
import { fail, warn } from './findings.ts';

/** A platform does not say where to connect. */
export function notConnected(
  zhName: string,
  enName: string,
  { reason, detail, remedy }: Refusal,
  errors: ErrorTable,
): Finding {
  const seen = {
    zh: `${zhName}没有给长连接地址：${detail}`,
    en: `${enName} does not say where to connect: ${detail}`,
  };
  if (remedy === null)
    return (reason === 'refused' ? fail : warn)(seen, {
      zh: '检查本机的网络和代理（HTTPS_PROXY），稍后再查一次。',
      en: 'Check the network and the proxy (HTTPS_PROXY) of this machine, and check again later.',
    });
  // The table has the Chinese words of each remedy.
  const { zh = remedy } = Object.values(errors).find((known) => known.remedy === remedy) ?? {};
  return fail(seen, { zh, en: remedy });
}
