const ROBOT_TOPIC = '/v1.0/im/bot/messages/get';

const CHAT_PREFIX = 'wrBENCH';
const ID_PREFIX = 'CAIQ-';
const DIGITS = 10;

/** The chat from which WeCom's messages come, until they are made others. */
export const CHAT = `${CHAT_PREFIX}${'0'.repeat(DIGITS)}`;

/** The id of a message to WeCom's AI bot. */
export function idOf(number: string): string {
  return `${ID_PREFIX}${number}`;
}

/** Makes a prepared message to WeCom's AI bot another one, from another chat; numbers have up to ten digits. */
export function makeAnother(frame: Buffer, message: number, chat: number): void {
  write(frame, ID_PREFIX, message);
  write(frame, CHAT_PREFIX, chat);
}

function write(frame: Buffer, prefix: string, number: number): void {
  frame.write(String(number).padStart(DIGITS, '0'), frame.indexOf(prefix) + prefix.length, 'latin1');
}

/** The frame in which WeCom brings a callback of the AI bot by its long connection (document 101463). */
export function wecomFrame(reqId: string, body: object): Buffer {
  const headers = { req_id: reqId };
  // A `response_url` is not documented for this mode.
  return toText({ cmd: 'aibot_msg_callback', headers, body: { ...body, response_url: undefined } });
}

/** The frame in which DingTalk's Stream brings a message to the robot; `time` in milliseconds since 1970. */
export function dingtalkFrame(messageId: string, message: object, time: number): Buffer {
  const headers = { topic: ROBOT_TOPIC, messageId, contentType: 'application/json', time: String(time) };
  return toText({ specVersion: '1.0', type: 'CALLBACK', headers, data: JSON.stringify(message) });
}

/** DingTalk asks now and then whether the other end is there. */
export function dingtalkPing(messageId: string, time: number): Buffer {
  const headers = { topic: 'ping', messageId, contentType: 'application/json', time: String(time) };
  return toText({ specVersion: '1.0', type: 'SYSTEM', headers, data: JSON.stringify({ opaque: messageId }) });
}

function toText(frame: object): Buffer {
  return Buffer.from(JSON.stringify(frame));
}
