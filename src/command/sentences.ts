// Every sentence that the product says in a chat stands in `sentences/`, by topic, so that they can be read side by side.
// `desk.ts` and `notice.ts` put into words what the desk returns.
// No sentence contains the outcome word of a state that is not meant, nor a whole card number (but in the person's
// own line corrected), nor a member's full name or phone. Escaping markup is the bot's job.

export { inert } from './plain.ts';
export * from './sentences/answered.ts';
export * from './sentences/card.ts';
export * from './sentences/check.ts';
export * from './sentences/confirmation.ts';
export { consoleLinkGone } from './sentences/console.ts';
export * from './sentences/desk.ts';
export * from './sentences/explain.ts';
export * from './sentences/help.ts';
export * from './sentences/notice.ts';
export {
  manyCodes,
  noCardCode,
  noCode,
  pictureNotRead,
  readingPicture,
  showAgain,
  shownBesides,
  shownBlocked,
  shownUnknown,
  shownUnclear,
} from './sentences/pictures.ts';
export * from './sentences/records.ts';
export { notCarriedOut, noUser, outcome, tellsOutcome, unbound, working } from './sentences/redemption.ts';
export * from './sentences/redemption-text.ts';
export * from './sentences/replies.ts';
export * from './sentences/setup.ts';
export * from './sentences/staff.ts';
