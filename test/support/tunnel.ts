import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** An HTTP proxy on this machine: whatever it is asked for by CONNECT, it leads to `port`. */
export async function startTunnel(port: number) {
  const asked: string[] = [];
  const sockets = new Set<Duplex>();
  const server: Server = createServer();
  server.on('connect', ({ url, headers }, socket: Duplex, head: Buffer) => {
    asked.push(`${url ?? ''} ${headers['proxy-authorization'] ?? ''}`.trim());
    const there = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      there.write(head);
      there.pipe(socket);
      socket.pipe(there);
    });
    sockets.add(socket).add(there);
    there.on('error', () => socket.destroy());
    socket.on('error', () => there.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** What it was asked for, and with which credentials. */
    asked,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
