import { Connection } from './connection.ts';
import type { Lane, OpenLanes } from './lanes.ts';
import { Webhooks } from './webhooks.ts';

/** Each lane is an HTTP connection of its own. Replies are in the responses, or go to a webhook where the job has one. */
export const openHttp: OpenLanes = async ({ urls, connections, webhookPort }, faults) => {
  const webhooks = webhookPort === null ? null : await Webhooks.listen(webhookPort);
  const opened = await Promise.all(
    Array.from({ length: connections }, (_, index) =>
      Connection.open(urls[index % urls.length] ?? '', (why) => faults.lost(`connection lost: ${why}`)),
    ),
  );
  const lanes = opened.map((connection): Lane => ({
    send(message, onReply) {
      if (webhooks === null) {
        connection.send(message.request, (status, body) => {
          if (status !== 200) faults.wrong(`status ${status}`);
          onReply(body);
        });
        return;
      }
      // The lane is free again when both have come: the response, and the reply to the webhook.
      const confirm = webhooks.expect(message.session, onReply);
      connection.send(message.request, (status, body) => {
        if (status !== 200 || body.length > 0) faults.wrong(`response ${status} with ${body.length} bytes`);
        confirm();
      });
    },
  }));
  return {
    lanes,
    close() {
      for (const connection of opened) connection.close();
      webhooks?.close();
    },
  };
};
