/** Carriers of one message that are open while its redemptions run, and whether one of them has told the person. */
export interface Carriers {
  /** One more carrier could carry the reply. */
  enter(): void;
  /** One carrier is over: it carried the reply to the platform, as of that many changes, or it did not (null). */
  leave(carriedAsOf: number | null): void;
  /** The reply is ready. */
  settle(): void;
}

export interface CarriersOptions {
  /** Called when one has carried the reply, and again for a later one that told more. */
  readonly onAnswered: (asOf: number) => void;
  /** Called once, when the reply is ready and no carrier is left that could carry it. */
  readonly onStranded: () => void;
  /** Called when nothing is left to be decided. */
  readonly onDone: () => void;
}

/**
 * Decides who tells the person: a carrier as long as one is open, the late way otherwise. A repeated delivery brings one
 * more carrier that waits for the same reply, so exactly one final answer reaches the chat.
 */
export function createCarriers({ onAnswered, onStranded, onDone }: CarriersOptions): Carriers {
  let open = 0;
  let answered = -1;
  let settled = false;

  const decide = () => {
    if (!settled || open > 0) return;
    if (answered < 0) onStranded();
    onDone();
  };

  return {
    enter() {
      open++;
    },
    leave(carriedAsOf) {
      open--;
      if (carriedAsOf !== null && carriedAsOf > answered) {
        answered = carriedAsOf;
        onAnswered(carriedAsOf);
      }
      decide();
    },
    settle() {
      settled = true;
      decide();
    },
  };
}
