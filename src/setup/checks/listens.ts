import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** An operator's shell may wait this long for what listens on the own machine. */
const CONNECT_MS = 1_000;

/** Whether anything takes connections at this address. */
export async function listens(url: string, signal: AbortSignal): Promise<boolean> {
  const { hostname, port: number } = new URL(url);
  const socket = connect({ host: hostname.replace(/^\[(.*)\]$/u, '$1'), port: Number(number || 80) });
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, AbortSignal.timeout(CONNECT_MS)]) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Why nothing could listen on this host, as the system's code; null: it could. At a port that nothing else uses. */
export async function refusedHost(host: string): Promise<string | null> {
  const server = createServer().listen(0, host);
  try {
    await once(server, 'listening');
    return null;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  } finally {
    server.close();
  }
}
