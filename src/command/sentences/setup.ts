import { OUTCOME_WORDS } from './words.ts';

// What is said while the bot is being set up: it is connected, and carries nothing out.

/** The answer to whatever asks for something to be done. */
export function notLiveYet(): string {
  return `${OUTCOME_WORDS.unsent}：机器人还在设置，这条没有处理，次数没有扣。正式启用后请再发一次。`;
}

/** The answer to anything else. */
export function heardInSetup(): string {
  return '收到，机器人已经接通，但还没有启用。正在设置的同事，请回到设置页面继续。';
}

/** Says hello to a person who has just opened the chat. */
export function greetingInSetup(): string {
  return '您好，机器人还在设置，现在不能核销。正在设置的同事，请发「帮助」试一试。';
}

/** The answer to what is neither text nor a picture. */
export function textOnlyInSetup(): string {
  return '收到，但机器人看不懂这个，现在也还不能核销。正在设置的同事，请打字发「帮助」试一试。';
}
