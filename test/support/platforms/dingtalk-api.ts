import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Deliver } from '../platforms.ts';
import { buttonOf } from './dingtalk.ts';
import { parseJson } from './json.ts';
import type { Storage } from './storage.ts';

/** What DingTalk's newer API answers; a text is HTML. */
export interface ApiAnswer {
  readonly status: number;
  /** Bytes are a file. */
  readonly body: object | string;
}

export function failed(status: number, code: string, message: string): ApiAnswer {
  return { status, body: { requestid: randomUUID(), code, message } };
}

export interface DingtalkApiOptions {
  readonly clientId: string;
  readonly appSecret: string;
  readonly robotCode: string;
  readonly tokenSeconds: number;
  readonly now: () => number;
  readonly deliver: Deliver;
  /** Where the files of messages are. */
  readonly storage: Storage;
  /** Told of every call that counts; returns whether the month's quota is used up. */
  readonly onCall: () => boolean;
}

/** How long the file of a message can be asked for, in milliseconds. */
const CODE_LASTS_MS = 2 * 3_600_000;
const MAX_PARAM_BYTES = 15_000;
const MAX_PEOPLE = 20;
/** The range of the app, and the groups of the robot. */
const STAFF = ['staff001', 'staff002', 'manager01'];
const GROUPS = ['cidGROUP==', 'cidSECOND=='];

const Credentials = z.strictObject({ appKey: z.string(), appSecret: z.string() });
const Message = { robotCode: z.string(), msgKey: z.string(), msgParam: z.string() };
const ToGroup = z.strictObject({ ...Message, openConversationId: z.string().min(1) });
const ToPeople = z.strictObject({ ...Message, userIds: z.array(z.string().min(1)).min(1).max(MAX_PEOPLE) });
const Text = z.strictObject({ content: z.string().min(1) });
const FileRequest = z.strictObject({ robotCode: z.string(), downloadCode: z.string() });

/**
 * Tokens and messages of a robot (`robot/groupMessages/send`, `robot/oToMessages/batchSend`), and the files of those that it got
 * (`robot/messageFiles/download`).
 */
export function createDingtalkApi(options: DingtalkApiOptions) {
  const { clientId, appSecret, robotCode, tokenSeconds, now, deliver, storage, onCall } = options;
  let token: { value: string; expiresAt: number } | null = null;
  const staff = new Set(STAFF);
  const groups = new Set(GROUPS);
  const controlled = new Set<string>();
  const files = new Map<string, { readonly key: string; readonly expiresAt: number }>();

  /** What is wrong with the token; null where nothing is. */
  function refuses(headers: IncomingMessage['headers']): ApiAnswer | null {
    const shown = headers['x-acs-dingtalk-access-token'];
    if (token === null || shown !== token.value || now() >= token.expiresAt)
      return failed(400, 'InvalidAuthentication', '不合法的access_token');
    return onCall() ? failed(403, 'Forbidden.AccessDenied.ApiCountLimitForOrg', '本月调用次数已用完') : null;
  }

  /** Checks all that both kinds of message have. Where it is right, `show` shows it. */
  function check<Request extends z.infer<z.ZodObject<typeof Message>>>(
    shape: z.ZodType<Request>,
    headers: IncomingMessage['headers'],
    body: string,
  ): ApiAnswer | { readonly request: Request; readonly show: (to: string) => void } {
    const refused = refuses(headers);
    if (refused !== null) return refused;
    const parsed = shape.safeParse(parseJson(body));
    if (!parsed.success) return failed(400, 'param.error', z.prettifyError(parsed.error));
    const request = parsed.data;
    if (request.robotCode !== robotCode) return failed(400, 'invalid.robotCode', '无效的机器人标识');
    if (Buffer.byteLength(request.msgParam) > MAX_PARAM_BYTES)
      return failed(400, 'param.error', 'msgParam is too long');
    const message = readMessage(request.msgKey, parseJson(request.msgParam));
    if (message === null) return failed(400, 'param.error', `msgParam of ${request.msgKey}`);
    return { request, show: (to) => deliver({ channel: 'dingtalk', to, mentions: [], ...message }) };
  }

  return {
    getToken(body: string): ApiAnswer {
      const { data } = Credentials.safeParse(parseJson(body));
      if (data?.appKey !== clientId || data.appSecret !== appSecret)
        return failed(400, 'invalidClientIdOrSecret', '无效的clientId或者clientSecret');
      // Asking again renews the same one.
      const value = token !== null && now() < token.expiresAt ? token.value : randomBytes(16).toString('hex');
      token = { value, expiresAt: now() + tokenSeconds * 1000 };
      return { status: 200, body: { accessToken: value, expireIn: tokenSeconds } };
    },
    toGroup(headers: IncomingMessage['headers'], body: string): ApiAnswer {
      const checked = check(ToGroup, headers, body);
      if ('status' in checked) return checked;
      const group = checked.request.openConversationId;
      if (!group.startsWith('cid')) return failed(400, 'invalid.openConversationId', '无效的openConversationId');
      if (!groups.has(group)) return failed(400, 'robot.notInGroup', '机器人不在群里');
      checked.show(group);
      return { status: 200, body: { processQueryKey: randomUUID() } };
    },
    toPeople(headers: IncomingMessage['headers'], body: string): ApiAnswer {
      const checked = check(ToPeople, headers, body);
      if ('status' in checked) return checked;
      const { userIds } = checked.request;
      const invalid = userIds.filter((id) => !staff.has(id));
      const slowed = userIds.filter((id) => staff.has(id) && controlled.has(id));
      for (const id of userIds) if (!invalid.includes(id) && !slowed.includes(id)) checked.show(id);
      const lists = { invalidStaffIdList: invalid, flowControlledStaffIdList: slowed };
      return { status: 200, body: { processQueryKey: randomUUID(), ...lists } };
    },
    getFile(headers: IncomingMessage['headers'], body: string): ApiAnswer {
      const refused = refuses(headers);
      if (refused !== null) return refused;
      const { data: request, error } = FileRequest.safeParse(parseJson(body));
      if (request === undefined) return failed(400, 'param.error', z.prettifyError(error));
      if (request.robotCode === '') return failed(400, 'invalidParameter.robotCode.empty', '机器人robotCode为空');
      if (request.robotCode !== robotCode) return failed(400, 'invalidParameter.robotCode.auth', '机器人无权限');
      const file = files.get(request.downloadCode);
      if (file === undefined || now() >= file.expiresAt)
        return failed(400, 'invalidParameter.robotCode.downloadCode', 'downloadCode无效');
      return { status: 200, body: { downloadUrl: storage.addressOf(file.key) } };
    },

    /** A picture in a message; returns its download code. */
    keepPicture(bytes: Uint8Array): string {
      const code = randomBytes(48).toString('base64');
      files.set(code, { key: storage.keep(bytes), expiresAt: now() + CODE_LASTS_MS });
      return code;
    },
    /** Its file is not there any more; its code still is. */
    dropPicture: (code: string): void => storage.drop(files.get(code)?.key ?? ''),
    revokeToken: (): void => void (token = null),
    /** From now on too many messages have gone to this person. */
    controlFlowTo: (staffId: string): void => void controlled.add(staffId),
    leaveGroup: (conversation: string): void => void groups.delete(conversation),
  };
}

/** What people see of a message; null where the parameters are not those of its key. */
function readMessage(msgKey: string, param: unknown): Pick<Parameters<Deliver>[0], 'text' | 'buttons'> | null {
  if (msgKey === 'sampleText') {
    const { data } = Text.safeParse(param);
    return data === undefined ? null : { text: data.content };
  }
  const count = /^sampleActionCard([2-5])$/u.exec(msgKey)?.[1];
  if (count === undefined) return null;
  const numbers = Array.from({ length: Number(count) }, (_, index) => index + 1);
  const fields = numbers.flatMap((number) => [`actionTitle${number}`, `actionURL${number}`]);
  const Card = z.strictObject(
    Object.fromEntries(['title', 'text', ...fields].map((name) => [name, z.string().min(1)])),
  );
  const { data } = Card.safeParse(param);
  if (data === undefined) return null;
  const buttons = numbers.map((number) =>
    buttonOf(data[`actionTitle${number}`] ?? '', data[`actionURL${number}`] ?? ''),
  );
  return { text: data['text'] ?? '', buttons };
}
