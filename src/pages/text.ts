/** The languages in which pages and checks are read. */
export type Language = 'zh' | 'en';

/** One sentence in each of them. */
export type Text = Readonly<Record<Language, string>>;
