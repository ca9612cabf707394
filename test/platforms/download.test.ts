import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { isPublicAddress } from '../../src/platforms/addresses.ts';
import { createDownload, type DownloadOptions, type Lookup } from '../../src/platforms/download.ts';
import { TLS } from '../support/tls.ts';
import { startTunnel } from '../support/tunnel.ts';

const never = new AbortController().signal;
const NOWHERE = { mediaHosts: [], apiHosts: [] };

/** What keeps pictures, on this machine. */
async function storage(answer: RequestListener) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume();
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const download = (how: Partial<DownloadOptions> = {}) => {
    const fetch = createDownload({ mediaHosts: [host], apiHosts: [], ...how });
    return (path = '/', signal = never) => fetch(`http://${host}${path}`, { signal });
  };
  return { host, asked, download };
}

/** The same by https, as `api.example`. */
async function secureStorage(answer: RequestListener) {
  const usual = getCACertificates('default');
  setDefaultCACertificates([TLS.cert]);
  const server = createSecureServer(TLS, answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    setDefaultCACertificates(usual);
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const at = (...addresses: string[]) =>
  vi.fn<Lookup>((_hostname, _options, callback) => {
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  });

const forbidden = { kind: 'not-fetched', why: 'forbidden' };

const SPECIAL = [
  ...['0.0.0.0', '0.1.2.3', '10.1.2.3', '100.64.0.1', '100.100.100.200', '127.0.0.1', '127.9.9.9', '168.63.129.16'],
  ...['169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.192', '192.0.2.1', '192.88.99.1', '192.168.0.1'],
  ...['198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255'],
  ...['::', '::1', '::7f00:1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::7f00:1', '64:ff9b:1::1', '100::1'],
  ...['fc00::1', 'fd12:3456::1', 'fe80::1', 'fec0::1', 'ff02::1', '2001::1', '2001:db8::1', '2002:7f00:1::', '3fff::1'],
];
const PUBLIC = ['1.1.1.1', '8.8.8.8', '100.63.0.1', '100.128.0.1', '172.32.0.1', '183.3.235.1', '223.255.255.1'];
const PUBLIC_6 = ['2400:3200::1', '2606:4700::1111', '2a00:1450::1'];

test.each(SPECIAL)('%s is not asked, neither as it stands nor by a name', async (address) => {
  expect(isPublicAddress(address)).toBe(false);
  const lookup = at(address);
  const download = createDownload({ ...NOWHERE, lookup });
  const literal = address.includes(':') ? `[${address}]` : address;
  expect(await download(`https://${literal}/`, { signal: never })).toEqual(forbidden);
  expect(lookup).not.toHaveBeenCalled();
  expect(await download('https://pictures.example/', { signal: never })).toEqual(forbidden);
  expect(lookup).toHaveBeenCalledOnce();
});

test.each([...PUBLIC, ...PUBLIC_6])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test('what is no address is not public', () => {
  for (const odd of ['', 'localhost', 'fe80::1%lo', '2400::1%1', '1.1.1', '01.1.1.1']) {
    expect(isPublicAddress(odd), odd).toBe(false);
  }
});

test.each([
  ['a name with one private address among public ones', 'https://pictures.example/'],
  ['http', 'http://pictures.example/'],
  ['another scheme', 'ftp://pictures.example/'],
  ['a file', 'file:///etc/passwd'],
  ['data', 'data:image/png;base64,AAAA'],
  ['a user', 'https://user@pictures.example/'],
  ['a user and a password', 'https://user:word@pictures.example/'],
  ['an odd port', 'https://pictures.example:8443/'],
  ['the port of http', 'https://pictures.example:80/'],
  ['an address in hexadecimal', 'https://0x7f000001/'],
  ['an address as one number', 'https://2130706433/'],
  ['an address in octal', 'https://0177.0.0.1/'],
  ['a short address', 'https://127.1/'],
  ['this machine', 'https://localhost/'],
  ['this machine with a dot', 'https://localhost./'],
  ['a name below it', 'https://pictures.localhost/'],
  ['a name without a dot', 'https://intranet/'],
  ['a name of a private network', 'https://metadata.google.internal/'],
  ['a printer', 'https://printer.local/'],
  ['no URL', 'pictures.example/1.png'],
  ['nothing', ''],
])('not asked: %s', async (_, url) => {
  const download = createDownload({ ...NOWHERE, lookup: at('8.8.8.8', '10.0.0.1') });
  expect(await download(url, { signal: never })).toEqual(forbidden);
});

test('a name is looked up once for each connection, and by nothing else before it', async () => {
  const lookup = at('10.0.0.1');
  const download = createDownload({ ...NOWHERE, lookup });
  await download('https://rebinding.example/', { signal: never });
  await download('https://rebinding.example/', { signal: never });
  expect(lookup).toHaveBeenCalledTimes(2);
});

test('a name that is not found is unreachable', async () => {
  const lookup: Lookup = (_hostname, _options, callback) =>
    callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []);
  expect(await createDownload({ ...NOWHERE, lookup })('https://gone.example/', { signal: never })).toEqual({
    kind: 'not-fetched',
    why: 'unreachable',
  });
});

test('what is refused is told to the operator, with its host and what to set, and without the address', async () => {
  const warn = vi.fn();
  const download = createDownload({ ...NOWHERE, log: { warn } });
  await download('https://10.0.0.8/picture?token=secret', { signal: never });
  const logged = JSON.stringify(warn.mock.calls);
  expect(logged).toContain('10.0.0.8');
  expect(logged).toContain('MEDIA_HOSTS');
  expect(logged).not.toMatch(/secret|picture\?/u);
});

describe('what is listed', () => {
  test.each(['mediaHosts', 'apiHosts'] as const)('is asked where it is this machine by http: %s', async (name) => {
    const { host, download } = await storage((_, response) =>
      response.writeHead(200, { 'content-type': 'image/png' }).end('png'),
    );
    const fetched = await download({ ...NOWHERE, [name]: [host] })();
    expect(fetched).toMatchObject({ kind: 'fetched', contentType: 'image/png' });
    expect(fetched.kind === 'fetched' && Buffer.from(fetched.bytes).toString()).toBe('png');
  });

  test('is that host with that port, and by https where it is another machine', async () => {
    const { host, asked, download } = await storage((_, response) => response.end('png'));
    expect(await download({ mediaHosts: ['127.0.0.1', '127.0.0.1:1', `localhost:${host.split(':')[1]}`] })()).toEqual(
      forbidden,
    );
    const other = createDownload({ mediaHosts: ['192.168.0.9:8080'], apiHosts: [] });
    expect(await other('http://192.168.0.9:8080/', { signal: never })).toEqual(forbidden);
    expect(await other('https://u@192.168.0.9:8080/', { signal: never })).toEqual(forbidden);
    expect(asked).toEqual([]);
  });

  test('may have a private address', async () => {
    const port = await secureStorage((_, response) => response.end('png'));
    const download = createDownload({ mediaHosts: [`127.0.0.1:${port}`], apiHosts: [] });
    // It is connected to, and only its certificate, which is for another name, is not taken.
    expect(await download(`https://127.0.0.1:${port}/`, { signal: never })).toMatchObject({ why: 'unreachable' });
  });

  test('is asked with the method, the headers and the body that are given', async () => {
    const heard: unknown[] = [];
    const { host } = await storage((request, response) => {
      heard.push([request.method, request.headers['accept-encoding'], request.headers['authorization']]);
      response.end('png');
    });
    const download = createDownload({ mediaHosts: [host], apiHosts: [] });
    const headers = { authorization: 'Bearer t' };
    await download(`http://${host}/`, { signal: never, method: 'POST', headers, body: '{}' });
    await download(`http://${host}/`, { signal: never });
    expect(heard).toEqual([
      ['POST', 'identity', 'Bearer t'],
      ['GET', 'identity', undefined],
    ]);
  });
});

describe('redirects', () => {
  const to =
    (location: string): RequestListener =>
    (_, response) =>
      response.writeHead(302, { location }).end();

  test('on the same host are followed, three of them', async () => {
    const { asked, download } = await storage(({ url = '' }, response) => {
      const step = Number(url.slice(1));
      if (step === 0) response.end('png');
      else response.writeHead(302, { location: `/${step - 1}` }).end();
    });
    expect(await download()('/3')).toMatchObject({ kind: 'fetched' });
    expect(asked).toHaveLength(4);
    expect(await download()('/4')).toMatchObject({ why: 'unreachable' });
    expect(asked).toHaveLength(8);
  });

  test('to another host, port or scheme are not, even where that is listed', async () => {
    const other = await storage((_, response) => response.end('png'));
    const mine = await storage((request, response) =>
      to(decodeURIComponent(request.url?.slice(1) ?? ''))(request, response),
    );
    const download = mine.download({ mediaHosts: [mine.host, other.host] });
    for (const url of [
      `http://${other.host}/`,
      `https://${mine.host}/`,
      'https://8.8.8.8/',
      '//169.254.169.254/',
      'http://[',
    ]) {
      expect(await download(`/${encodeURIComponent(url)}`), url).toEqual(forbidden);
    }
    expect(other.asked).toEqual([]);
  });

  test('to nowhere are not followed', async () => {
    const { asked, download } = await storage((_, response) => response.writeHead(302).end());
    expect(await download()()).toEqual({ kind: 'not-fetched', why: 'unreachable' });
    expect(asked).toHaveLength(1);
  });

  test('of what is posted are not followed', async () => {
    const { host, asked } = await storage(to('/again'));
    const download = createDownload({ mediaHosts: [host], apiHosts: [] });
    expect(await download(`http://${host}/`, { signal: never, method: 'POST', body: '{}' })).toEqual(forbidden);
    expect(asked).toHaveLength(1);
  });
});

describe('what comes is bounded', () => {
  const bounds = { timeoutMs: 5_000, maxBytes: 1_000 };

  test('as many bytes as are allowed are fetched', async () => {
    const { download } = await storage((_, response) => response.end(Buffer.alloc(1_000)));
    const fetched = await download({ bounds })();
    expect(fetched.kind === 'fetched' && fetched.bytes.length).toBe(1_000);
  });

  test('more bytes are refused by what the length says, before they come', async () => {
    const { download } = await storage((_, response) => {
      // It says so, and then says nothing.
      response.writeHead(200, { 'content-length': 1_001 }).write('x');
    });
    expect(await download({ bounds })()).toEqual({ kind: 'not-fetched', why: 'too-large' });
  });

  test('more bytes are refused as they come, where the length says nothing', async () => {
    const { download } = await storage((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(600)));
      };
      response.on('drain', more);
      more();
    });
    expect(await download({ bounds })()).toEqual({ kind: 'not-fetched', why: 'too-large' });
  });

  test('what is compressed though it was asked for as it is, is not taken', async () => {
    const bomb = gzipSync(Buffer.alloc(100_000));
    const { download } = await storage((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    expect(await download({ bounds })()).toMatchObject({ kind: 'not-fetched', why: 'unreachable' });
  });

  test('what drips is given up when the time is over, however often it drips', async () => {
    const { download } = await storage((_, response) => {
      const drip = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(drip));
    });
    expect(await download({ bounds: { ...bounds, timeoutMs: 200 } })()).toMatchObject({ why: 'unreachable' });
  });

  test('redirects get no time of their own', async () => {
    const { asked, download } = await storage((_, response) => {
      setTimeout(() => response.writeHead(302, { location: '/' }).end(), 150);
    });
    expect(await download({ bounds: { ...bounds, timeoutMs: 200 } })()).toMatchObject({ why: 'unreachable' });
    expect(asked.length).toBeLessThan(3);
  });

  test('it ends when it is told to', async () => {
    const controller = new AbortController();
    const { asked, download } = await storage((_, response) => {
      response.write('x');
      controller.abort();
    });
    expect(await download()('/', controller.signal)).toMatchObject({ why: 'unreachable' });
    expect(await download()('/', controller.signal)).toMatchObject({ why: 'unreachable' });
    expect(asked).toHaveLength(1);
  });

  test('a connection that breaks is no picture', async () => {
    const { download } = await storage((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half');
      setImmediate(() => response.destroy());
    });
    expect(await download({ bounds })()).toEqual({ kind: 'not-fetched', why: 'unreachable' });
  });
});

test.each([
  [404, '', 'gone'],
  [410, '', 'gone'],
  [403, '<Code>AccessDenied</Code><Message>Request has expired</Message>', 'gone'],
  [403, '<Code>SignatureDoesNotMatch</Code>', 'forbidden'],
  [401, '', 'forbidden'],
  [400, '{"code":234001}', 'unreachable'],
  [429, '', 'unreachable'],
  [500, '', 'unreachable'],
  [503, '', 'unreachable'],
  [204, '', 'unreachable'],
  [206, 'half', 'unreachable'],
])('%d %s is %s, and what was said can be read', async (status, said, why) => {
  const { download } = await storage((_, response) => response.writeHead(status).end(said));
  expect(await download()()).toEqual({ kind: 'not-fetched', why, said: { status, body: Buffer.from(said) } });
});

describe('through a proxy', () => {
  test('https goes through it, also where the proxy is in a private network, and the names are its own to resolve', async () => {
    const port = await secureStorage((_, response) => response.end('png'));
    const tunnel = await startTunnel(port);
    onTestFinished(() => tunnel.close());
    const lookup = at('10.0.0.1');
    const proxy = { url: `http://${tunnel.host}`, except: '' };
    const download = createDownload({ ...NOWHERE, proxy, lookup });
    expect(await download('https://api.example/', { signal: never })).toMatchObject({ kind: 'fetched' });
    expect(tunnel.asked).toEqual(['api.example:443']);
    expect(lookup).not.toHaveBeenCalled();
    for (const url of [
      'https://10.0.0.1/',
      'https://[::1]/',
      'https://localhost/',
      'https://intranet/',
      'https://api.example:1/',
    ]) {
      expect(await download(url, { signal: never }), url).toEqual(forbidden);
    }
    expect(tunnel.asked).toHaveLength(1);
  });

  test('what goes around it is checked as without one', async () => {
    const proxy = { url: 'http://127.0.0.1:1', except: 'api.example' };
    const download = createDownload({ ...NOWHERE, proxy, lookup: at('127.0.0.1') });
    expect(await download('https://api.example/', { signal: never })).toEqual(forbidden);
    expect(await download('https://other.example/', { signal: never })).toMatchObject({ why: 'unreachable' });
  });

  test('this machine is asked directly', async () => {
    const { download } = await storage((_, response) => response.end('png'));
    expect(await download({ proxy: { url: 'http://127.0.0.1:1', except: '' } })()).toMatchObject({ kind: 'fetched' });
  });
});
