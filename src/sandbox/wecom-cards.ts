import type { ButtonCard, CardUpdate } from './wecom-responses.ts';

/** What one person sees of a card. */
export interface CardFace {
  readonly title: string;
  readonly detail: string;
  readonly buttons: readonly { readonly text: string; readonly key: string }[];
}

export interface ShownCard {
  readonly taskId: string;
  readonly face: CardFace;
  /** What these people see instead, by user id. */
  readonly own: Readonly<Record<string, CardFace>>;
}

/** The cards of a bot, by their task ids; `Place` is where one is shown. */
export interface Cards<Place> {
  /** Shows a card; null when its task id was used before. */
  add(card: ButtonCard, place: Place): ShownCard | null;
  /** Where the card is, if this person sees such a button on it. */
  find(taskId: string, userId: string, key: string): Place | null;
  /** Changes a card that is shown. */
  update(update: CardUpdate): ShownCard | null;
}

export function createCards<Place>(): Cards<Place> {
  const cards = new Map<string, { readonly place: Place; shown: ShownCard }>();

  return {
    add(card, place) {
      if (cards.has(card.task_id)) return null;
      const shown = { taskId: card.task_id, face: faceOf(card), own: {} };
      cards.set(card.task_id, { place, shown });
      return shown;
    },
    find(taskId, userId, key) {
      const card = cards.get(taskId);
      const face = card?.shown.own[userId] ?? card?.shown.face;
      return card !== undefined && face?.buttons.some((button) => button.key === key) === true ? card.place : null;
    },
    update({ userids, template_card }) {
      const card = cards.get(template_card.task_id);
      if (card === undefined) return null;
      const face = faceOf(template_card);
      card.shown =
        userids === undefined
          ? { ...card.shown, face, own: {} }
          : { ...card.shown, own: { ...card.shown.own, ...Object.fromEntries(userids.map((id) => [id, face])) } };
      return card.shown;
    },
  };
}

function faceOf({ main_title, sub_title_text = '', button_list }: ButtonCard): CardFace {
  return {
    title: main_title.title,
    detail: sub_title_text,
    buttons: button_list.map(({ text, key }) => ({ text, key })),
  };
}
