import type { MessageKey } from './ports.ts';

/** Names a message for maps: two have the same name only if they are the same. */
export const keyOf = ({ channel, account, messageId }: MessageKey): string =>
  `${channel} ${account.length} ${account} ${messageId}`;
