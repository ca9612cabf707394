import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BodyTooLarge, readBody } from '../transports/webhook/body.ts';
import { createRobotLimit, type RobotLimit } from './robot-limits.ts';
import { RULES, type GroupRobot, type Objection, type Said } from './robot-rules.ts';

const MAX_BODY_BYTES = 256 * 1024;
const PATHS = {
  wecom: { origin: 'https://qyapi.weixin.qq.com', path: (key: string) => `/cgi-bin/webhook/send?key=${key}` },
  dingtalk: { origin: 'https://oapi.dingtalk.com', path: (key: string) => `/robot/send?access_token=${key}` },
  feishu: { origin: 'https://open.feishu.cn', path: (key: string) => `/open-apis/bot/v2/hook/${key}` },
} as const;

/** What a robot address answers when there is no such robot. */
const UNKNOWN_ROBOT: Readonly<Record<GroupRobot['platform'], Objection>> = {
  wecom: { errcode: 93000, errmsg: 'invalid webhook url' },
  dingtalk: { errcode: 300005, errmsg: 'token is not exist' },
  feishu: { errcode: 19001, errmsg: 'param invalid: incoming webhook access token invalid' },
};

/** A message that its group sees. */
export interface Shown extends Said {
  readonly robot: GroupRobot;
  /** False when the answer that says so was lost. */
  readonly acknowledged: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What a robot meets instead of the normal course. `reset-after` shows the message first. A number is answered as errcode. */
export type RobotTrouble = 'html-500' | 'hang' | 'reset-after' | number;

export interface SimulatedRobotsOptions {
  readonly robots: readonly GroupRobot[];
  readonly onShown?: (message: Shown) => void;
  /** Default: a free one. */
  readonly port?: number;
  /** How long a minute of the platforms' limits lasts, in milliseconds. Default: 60,000. */
  readonly minuteMs?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface SimulatedRobots {
  readonly url: string;
  /** Where the robot of such an address is here. */
  locate(address: string): string;
  /** Until told otherwise, by null. */
  trouble(robot: GroupRobot, how: RobotTrouble | null): void;
  /** From now on this robot does not exist. */
  revoke(robot: GroupRobot): void;
  /** How often a robot was told that it sends too much. */
  throttled(robot: GroupRobot): number;
  /** Cuts all open connections. */
  close(): Promise<void>;
}

/** Where the real robot of this kind is. With an `origin`: where it would be there. */
export function addressOf({ platform, key }: GroupRobot, origin: string = PATHS[platform].origin): string {
  return origin + PATHS[platform].path(key);
}

/** Starts groups' robots of all platforms, as strict as their documents, on one loopback port. */
export async function startSimulatedRobots(options: SimulatedRobotsOptions): Promise<SimulatedRobots> {
  const { robots, onShown, port = 0, minuteMs = 60_000, now = Date.now } = options;
  const byPath = new Map(robots.map((robot) => [PATHS[robot.platform].path(robot.key), robot]));
  const limits = new Map<GroupRobot, RobotLimit>(
    robots.map((robot) => [robot, createRobotLimit(robot.platform, minuteMs)]),
  );
  const troubles = new Map<GroupRobot, RobotTrouble>();
  const throttles = new Map<GroupRobot, number>();
  const seen = new Set<string>();

  /** The message that is now shown, or what is wrong with it; null when it was shown before. */
  function take(robot: GroupRobot, query: URLSearchParams, isJson: boolean, body: string): Said | Objection | null {
    const tooMuch = limits.get(robot)?.(now()) ?? null;
    if (tooMuch !== null) {
      throttles.set(robot, (throttles.get(robot) ?? 0) + 1);
      return tooMuch;
    }
    const said = RULES[robot.platform](robot, { query, isJson, body, now: now() });
    if ('errcode' in said || said.uuid === null) return said;
    if (seen.has(said.uuid)) return null;
    seen.add(said.uuid);
    return said;
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://robots');
    const kind = platformOf(pathname);
    if (request.method !== 'POST' || kind === null) {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>404</h1>');
      return;
    }
    const body = (await readBody(request, MAX_BODY_BYTES)).toString();
    const key = kind === 'wecom' ? 'key' : 'access_token';
    const robot = byPath.get(
      kind === 'feishu' ? pathname : PATHS[kind].path(encodeURIComponent(searchParams.get(key) ?? '')),
    );
    const trouble = robot === undefined ? undefined : troubles.get(robot);
    if (trouble === 'hang') return;
    if (trouble === 'html-500') response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>500</h1>');
    else if (typeof trouble === 'number') sendJson(response, kind, { errcode: trouble, errmsg: 'as told' });
    else if (robot === undefined) sendJson(response, kind, UNKNOWN_ROBOT[kind]);
    else {
      const said = take(robot, searchParams, isJson(request), body);
      if (said !== null && !('errcode' in said)) {
        onShown?.({ ...said, robot, acknowledged: trouble === undefined, at: now() });
      }
      if (trouble === 'reset-after') response.socket?.resetAndDestroy();
      else sendJson(response, kind, said !== null && 'errcode' in said ? said : { errcode: 0, errmsg: 'ok' });
    }
  }

  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      if (error instanceof BodyTooLarge) response.writeHead(413).end();
      else request.destroy();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    locate(address) {
      const { pathname, search } = new URL(address);
      return url + pathname + search;
    },
    trouble(robot, how) {
      if (how === null) troubles.delete(robot);
      else troubles.set(robot, how);
    },
    revoke(robot) {
      byPath.delete(PATHS[robot.platform].path(robot.key));
    },
    throttled: (robot) => throttles.get(robot) ?? 0,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function platformOf(pathname: string): GroupRobot['platform'] | null {
  if (pathname === '/cgi-bin/webhook/send') return 'wecom';
  if (pathname === '/robot/send') return 'dingtalk';
  return pathname.startsWith('/open-apis/bot/v2/hook/') ? 'feishu' : null;
}

/** The platforms say everything with status 200. */
function sendJson(response: ServerResponse, kind: GroupRobot['platform'], { errcode, errmsg }: Objection): void {
  const answer = kind === 'feishu' ? { code: errcode, msg: errmsg, data: {} } : { errcode, errmsg };
  response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(answer));
}

function isJson(request: IncomingMessage): boolean {
  return /^application\/json\s*(?:;\s*charset=utf-8\s*)?$/iu.test(request.headers['content-type'] ?? '');
}
