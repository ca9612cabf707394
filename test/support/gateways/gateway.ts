/** What a person was told, and whether the platform has confirmed to the bot that it shows it. */
export interface Told {
  readonly text: string;
  readonly isConfirmed: boolean;
}

/** One platform to which a bot connects, and a person of the shop who writes to that bot in it. */
export interface Gateway {
  /** The id and the secret of the bot, and where the platform is. */
  readonly env: Readonly<Record<string, string>>;
  /** The name of the secret among them. */
  readonly secret: string;
  /** Whether what the bot did not confirm is delivered again. */
  readonly redelivers: boolean;
  /** Whether what the bot sends again is shown once. */
  readonly knowsRepeats: boolean;
  /** The settings of the same bot when it is reached by callbacks. */
  readonly callbackEnv: Readonly<Record<string, string>>;
  /** The person writes, in the chat with that number. False where no connection takes it and it is lost. */
  say(text: string, message: { readonly id: string; readonly chat?: number }): boolean;
  /** Delivers that message once more. */
  redeliver(id: string): void;
  /** Delivers that message by a callback to the service at this URL. */
  callBack(url: string, text: string, message: { readonly id: string }): Promise<void>;
  /** All that people were told, in its order; without what says that it is still being worked on. */
  told(): readonly Told[];
  /** The next answer is shown, and the bot does not hear that it is. */
  loseConfirmation(): void;
  isConnected(): boolean;
  /** How often the bot asked for a connection. */
  attempts(): number;
  /** Cuts the connection when all that was sent on it has arrived, while answers may be under way. */
  drop(): Promise<void>;
  /** The connections of now stay open, and nothing comes from them any more. */
  goSilent(): void;
  /** Nothing can connect while it is away. */
  setAway(isAway: boolean): void;
  /** Sends any frame to the bot. */
  send(frame: string | Buffer): void;
  /** Another client takes over the bot's only connection; absent where a bot may have several. */
  readonly kick?: () => void;
  close(): Promise<void>;
}
