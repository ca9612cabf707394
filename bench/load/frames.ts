const ROBOT_TOPIC = '/v1.0/im/bot/messages/get';

const CHAT_PREFIX = 'wrBENCH';
const CHAT_DIGITS = 10;

/** The chat from which WeCom's messages come, until they are moved to another one. */
export const CHAT = `${CHAT_PREFIX}${'0'.repeat(CHAT_DIGITS)}`;

/** Has a prepared message come from another chat, whose number has up to ten digits. */
export function moveToChat(frame: Buffer, chat: number): void {
  frame.write(String(chat).padStart(CHAT_DIGITS, '0'), frame.indexOf(CHAT_PREFIX) + CHAT_PREFIX.length, 'latin1');
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
