/** The vendor of the benchmark: says yes to everything, at once or after some time, checks nothing, and counts. */
import { createServer } from 'node:http';
import process from 'node:process';
import { parseArgs } from 'node:util';

const SUCCESS = Buffer.from(JSON.stringify({ code: 'SUCCESS', msg: '成功' }));
const HEADERS = { 'content-type': 'application/json;charset=UTF-8', 'content-length': SUCCESS.length };

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    // Milliseconds that an answer takes: between these two.
    from: { type: 'string', default: '0' },
    to: { type: 'string', default: '0' },
  },
});
const [from, to] = [Number(values.from), Number(values.to)];

let calls = 0;
const times = new Map<string, number>();
/** What answers were made to take, in the order of the calls. */
let drawn: number[] = [];

const server = createServer((request, response) => {
  if (request.url === '/calls') {
    response.end(JSON.stringify({ calls }));
    return;
  }
  if (request.url === '/times') {
    response.end(JSON.stringify(Object.fromEntries(times)));
    times.clear();
    return;
  }
  if (request.url === '/drawn') {
    response.end(JSON.stringify(drawn));
    drawn = [];
    return;
  }
  calls += 1;
  const began = performance.now();
  let form = '';
  request.on('data', (chunk: Buffer) => (form += chunk.toString('latin1')));
  request.on('end', () => {
    if (to === 0) {
      response.writeHead(200, HEADERS).end(SUCCESS);
      return;
    }
    const ms = from + Math.random() * (to - from);
    drawn.push(ms);
    setTimeout(() => {
      response.writeHead(200, HEADERS).end(SUCCESS);
      times.set(/cardNo=(\w+)/u.exec(form)?.[1] ?? '', performance.now() - began);
    }, ms);
  });
});
server.keepAliveTimeout = 65_000;
server.listen(Number(values.port), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
