import { startNotifications, type NotificationParts, type Notifications } from '../notices/notifications.ts';
import { createPlatformHttp } from '../platforms/http.ts';
import type { Proxy } from '../proxy.ts';

export interface GroupsWiring extends Omit<NotificationParts, 'http' | 'locate'> {
  /** Where the robot of an address really is; undefined: there. */
  readonly locateRobot: NotificationParts['locate'] | undefined;
  readonly proxy: Proxy | null;
}

/**
 * Starts to tell groups what happens, until `closing` is disposed. It has connections of its own: however slow the groups'
 * robots are, no reply to a person waits behind them.
 */
export function wireGroups(
  { locateRobot, proxy, ...parts }: GroupsWiring,
  closing: AsyncDisposableStack,
): Notifications {
  const http = createPlatformHttp(proxy);
  closing.defer(() => http.close());
  const notifications = startNotifications({
    ...parts,
    http,
    ...(locateRobot === undefined ? {} : { locate: locateRobot }),
  });
  closing.defer(() => notifications.stop());
  return notifications;
}
