import type { Invitation } from '../program.ts';

/** Tells people where the setup is and how they get in. */
export function invitationText({ url, code }: Pick<Invitation, 'url' | 'code'>): string {
  return `
  To connect real groups, open this address in a browser on this machine:

    ${url}?code=${code}

  The one-time code is ${code}

`;
}
