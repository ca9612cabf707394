import { randomBytes } from 'node:crypto';
import type { LiveConfig } from '../config.ts';
import type { Log } from '../log.ts';
import type { Observer } from '../operation/observe.ts';
import { apiHosts, createBots, type Bots } from '../platforms/bots.ts';
import { createDownload } from '../platforms/download.ts';
import { createPlatformHttp } from '../platforms/http.ts';
import { createConsoleLinks, type ConsoleLinks, type ConsoleLinksParts } from '../platforms/links.ts';
import type { Time } from '../time/time.ts';

export interface BotsWiring extends Pick<ConsoleLinksParts, 'address'> {
  readonly settings: Pick<LiveConfig, 'channels' | 'wecomApiUrl' | 'mediaHosts' | 'proxy' | 'publicUrl'>;
  readonly observer: Observer;
  readonly time: Time;
  readonly log: Log;
}

/** The bots that are on, and how what they tell links to the console. Their connections end when `closing` is disposed. */
export function wireBots(
  { settings, address, observer, time, log }: BotsWiring,
  closing: AsyncDisposableStack,
): { readonly bots: Bots; readonly links: ConsoleLinks } {
  const { channels, wecomApiUrl, mediaHosts, proxy, publicUrl } = settings;
  const http = createPlatformHttp(proxy);
  closing.defer(() => http.close());
  const botsSettings = { ...channels, wecomApiUrl };
  const download = createDownload({ mediaHosts, apiHosts: apiHosts(botsSettings), proxy, log });
  const links = createConsoleLinks({ publicUrl, address });
  const parts = { http, download, links, now: () => time.now(), time, randomBytes, log };
  return { bots: createBots(botsSettings, { ...parts, onMetered: observer.metered }), links };
}
