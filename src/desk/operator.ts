/** Who acts that has come in at this machine itself, by `npm run console`: as an admin, and no person of any platform. */
export const OPERATOR = 'console:operator';
