import { Agent, request as post } from 'undici';

const webhooks = new Agent({ connections: 64, pipelining: 1 });
const HEADERS = { 'content-type': 'application/json; charset=utf-8' };

/** Of a message to the robot, what a script reads. */
export interface DingtalkText {
  readonly text: { readonly content: string };
  readonly senderStaffId: string;
  readonly sessionWebhook: string;
}

/** What is posted to the message's webhook. */
export function dingtalkReply({ senderStaffId }: DingtalkText, content: string): string {
  return JSON.stringify({
    msgtype: 'text',
    text: { content: `${content}\n@${senderStaffId}` },
    at: { atUserIds: [senderStaffId], isAtAll: false },
  });
}

export async function tell(webhook: string, body: string): Promise<void> {
  const answer = await post(webhook, { dispatcher: webhooks, method: 'POST', headers: HEADERS, body });
  const { errcode } = (await answer.body.json()) as { errcode: number };
  if (errcode !== 0) throw new Error(`errcode ${errcode}`);
}
