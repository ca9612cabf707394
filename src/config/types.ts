import type { Proxy } from '../proxy.ts';
import type { Values } from './settings.ts';

export type Config = SandboxConfig | LiveConfig;

interface CommonConfig {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly dataDir: string;
  /** PostgreSQL; null = a SQLite file in `dataDir`. The sandbox does not use it, the tools beside the service do. */
  readonly databaseUrl: string | null;
  readonly wecomApiUrl: string;
  readonly botNames: readonly string[];
  /** Platform and id, such as `wecom:zhangsan`. */
  readonly admins: readonly string[];
  readonly userLinesPerMinute: number;
  readonly confirm: ConfirmConfig;
  /** `host[:port]`s on which group robots may be, besides the platforms' own. */
  readonly robotHosts: readonly string[];
  /** `host[:port]`s from which pictures may be fetched besides public https addresses. */
  readonly mediaHosts: readonly string[];
  /** When the groups get the day's summary, such as `22:00`; null: never. */
  readonly dailySummaryAt: string | null;
  /** In which days begin and times are told, such as `Asia/Shanghai`. */
  readonly timeZone: string;
  readonly logLevel: Values['LOG_LEVEL'];
  /** Where the world reaches this service, without a slash at the end; null: it is not said. */
  readonly publicUrl: string | null;
  /** The token that clients from beyond private networks show to read metrics and details; null: none may. */
  readonly metricsToken: string | null;
  /** Through which https and wss leave; null: directly. */
  readonly proxy: Proxy | null;
  /** Sentences for the log: allowed, but better known. */
  readonly warnings: readonly string[];
}

/** No settings of the vendor or of bots at all. The sandbox makes up its own credentials. */
export interface SandboxConfig extends CommonConfig {
  readonly mode: 'sandbox';
  readonly liantuofu: VendorTuning;
}

export interface LiveConfig extends CommonConfig {
  readonly mode: 'live';
  readonly liantuofu: VendorTuning & VendorAccess;
  /** At least one is not null. */
  readonly channels: ChannelsConfig;
}

/** What is asked about before it is redeemed. */
export interface ConfirmConfig {
  /** More times than this. */
  readonly countOver: number;
  /** A card that was used within this time, in milliseconds; 0: never. */
  readonly repeatWithinMs: number;
}

export interface VendorTuning {
  readonly timeoutMs: number;
  readonly consumeSource: 0 | 1 | 2;
  /** When a card is looked at around its redemption. */
  readonly cardDetail: 'before' | 'after' | 'off';
}

export interface VendorAccess {
  /** Without a slash at the end; may have a path. */
  readonly url: string;
  readonly appId: string;
  readonly key: string;
}

export interface ChannelsConfig {
  readonly wecomApp: WecomAppConfig | null;
  readonly wecomBot: WecomBotConfig | null;
  /** The AI bot by its long connection: never beside `wecomBot`. */
  readonly wecomSocketBot: WecomSocketBotConfig | null;
  readonly dingtalk: DingtalkConfig | null;
  readonly feishu: FeishuConfig | null;
}

export interface WecomBotConfig {
  /** Our own corp; null where it is not said. */
  readonly corpId: string | null;
  readonly token: string;
  readonly aesKey: string;
}

export interface WecomSocketBotConfig {
  /** As above. */
  readonly corpId: string | null;
  readonly botId: string;
  readonly secret: string;
  /** Where it connects to: wss, or ws on this machine. */
  readonly url: string;
}

export interface WecomAppConfig extends WecomBotConfig {
  readonly corpId: string;
  readonly agentId: number | null;
  /** Null: nothing can be sent after the callback is over. */
  readonly secret: string | null;
}

export interface DingtalkConfig {
  readonly appSecret: string;
  /** Null: replies need the webhook of a message. */
  readonly clientId: string | null;
  /** How messages come in; `stream` only with a client id. */
  readonly mode: 'http' | 'stream';
  /** Where the server API and the gateway of connections are, without a slash at the end. */
  readonly apiUrl: string;
  /** When set, callbacks from another robot or corp are refused. */
  readonly robotCode: string | null;
  readonly corpId: string | null;
  /** The only `host[:port]`s that may be posted to. */
  readonly webhookHosts: readonly string[];
}

export interface FeishuConfig {
  readonly appId: string;
  readonly appSecret: string;
  /** Without a slash at the end; may have a path. */
  readonly apiUrl: string;
  /** Null: the bot is reached by the long connection. */
  readonly callbacks: { readonly encryptKey: string; readonly verificationToken: string } | null;
}
