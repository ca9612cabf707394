/**
 * The other end of a bot's connection, and the load generator of what is reached by one: a client finds it from its start to
 * its end, and it does jobs in between. `POST /job` answers with the result; `GET /` is 503 until a client is connected.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';
import { Job } from '../load/job.ts';
import type { OpenLanes } from '../load/lanes.ts';
import { measure } from '../load/measure.ts';
import { createDingtalk } from './dingtalk.ts';
import { NO_RUN } from './platform.ts';
import { createWecom } from './wecom.ts';
import { Wire } from './wire.ts';

const { values } = parseArgs({ options: { port: { type: 'string' }, platform: { type: 'string' } } });
const port = Number(values.port);
const platform = values.platform === 'dingtalk' ? createDingtalk(`http://127.0.0.1:${port}`) : createWecom();

/** All lanes share the client's only connection. */
const openLanes: OpenLanes = async ({ connections }, faults) => {
  if (!platform.isConnected()) throw new Error('no client is connected');
  platform.report(faults);
  return {
    lanes: Array.from({ length: connections }, () => platform.lane),
    close: () => platform.report(NO_RUN),
  };
};

async function doJob(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const job = Job.parse(JSON.parse(await text(request)));
    response.end(JSON.stringify(await measure(job, openLanes)));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  if (platform.take(request, response)) return;
  if (request.url === '/job') void doJob(request, response);
  else response.writeHead(platform.isConnected() ? 200 : 503).end();
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket, request) => platform.connect(new Wire(socket, request.socket)));
server.listen(port, '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
