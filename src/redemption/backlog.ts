/** What is still to be told and to be known. */
export interface Backlog {
  /** Replies that wait to be sent late, or are being sent. */
  readonly repliesWaiting: number;
  /** Replies that go with the next message of their person. */
  readonly repliesHeld: number;
  readonly unknowns: number;
  /** When the oldest unknown was typed, in milliseconds since 1970; null: there is none. */
  readonly oldestUnknownAt: number | null;
}
