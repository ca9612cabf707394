/** One bot of a running service, as `/readyz` tells of it. */
export interface BotSeen {
  /** As the ledger has it, such as `wecom-app`. */
  readonly channel: string;
  /** What operators call it: the name of its connection, or the path of its callbacks. */
  readonly name: string;
  readonly by: 'connection' | 'callbacks';
  /** Whether its connection is up here; null where it has none. */
  readonly up: boolean | null;
  /** When the last genuine message came, in milliseconds since 1970; null: none since the start. */
  readonly lastMessageAt: number | null;
}
