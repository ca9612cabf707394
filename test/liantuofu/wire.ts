import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { createVendor, type CallInfo, type LiantuofuVendor, type VendorOptions } from '../../src/liantuofu/client.ts';
import type { ConsumeRequest } from '../../src/redemption/ports.ts';

export const KEY = '0123456789abcdef0123456789abcdef';
export const SUCCESS = '{"code":"SUCCESS","msg":"成功"}';

export const REQUEST: ConsumeRequest = {
  card: '914095353294404024',
  count: 2,
  remark: '张三 R-1',
  storeCode: 'EW_N2949193145',
  employeeId: 11,
};

/** A client whose calls are noted; closed when the test is over. */
export function vendorAt(url: string, options: Partial<VendorOptions> = {}): LiantuofuVendor & { calls: CallInfo[] } {
  const calls: CallInfo[] = [];
  const vendor = createVendor({
    url,
    appId: 'EW_N5946005323',
    key: KEY,
    consumeSource: 1,
    timeoutMs: 5000,
    onCall: (call) => calls.push(call),
    ...options,
  });
  onTestFinished(() => vendor.close());
  return { ...vendor, calls };
}

export interface Wire {
  readonly url: string;
  readonly port: number;
  /** Every request whose body arrived completely: first line and body. */
  readonly requests: { readonly line: string; readonly body: string }[];
  readonly sockets: Set<Socket>;
  /** Connections ever accepted. */
  readonly connections: () => number;
  readonly bytes: () => number;
}

export interface Behaviour {
  readonly onConnection?: (socket: Socket) => void;
  readonly onBytes?: (socket: Socket) => void;
  /** `nth` counts from 1, over all connections. */
  readonly onRequest?: (socket: Socket, nth: number) => void;
}

/** A server that knows just enough HTTP to count requests and then misbehaves as told. */
export async function wire(behaviour: Behaviour): Promise<Wire> {
  const requests: { line: string; body: string }[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let bytes = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    let pending = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      behaviour.onBytes?.(socket);
      pending = Buffer.concat([pending, chunk]);
      for (let read = readRequest(pending); read !== undefined; read = readRequest(pending)) {
        pending = pending.subarray(read.length);
        requests.push({ line: read.line, body: read.body });
        behaviour.onRequest?.(socket, requests.length);
      }
    });
    behaviour.onConnection?.(socket);
  });
  const port = await listen(server);
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    sockets,
    connections: () => connections,
    bytes: () => bytes,
  };
}

/** Starts to listen on a free loopback port and returns it. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

export function respond(socket: Socket, body: string, head: { status?: string; headers?: string[] } = {}): void {
  const headers = head.headers ?? ['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`];
  socket.write([`HTTP/1.1 ${head.status ?? '200 OK'}`, ...headers, '', body].join('\r\n'));
}

function readRequest(bytes: Buffer): { line: string; body: string; length: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const head = bytes.subarray(0, headEnd).toString('latin1');
  const bodyLength = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
  const length = headEnd + 4 + bodyLength;
  if (bytes.length < length) return undefined;
  return { line: head.split('\r\n', 1).join(), body: bytes.subarray(headEnd + 4, length).toString(), length };
}
