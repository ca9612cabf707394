/** Every column that holds an instant which something waits for, or is counted from. */
const INSTANTS = {
  messages: ['received_at', 'reply_due'],
  redemptions: ['claimed_at', 'settled_at', 'look_due', 'ask_expires'],
  instances: ['seen_at'],
  notice_robots: ['created_at', 'due', 'free_at', 'parked_at'],
  notices: ['created_at', 'addressed_at'],
  binding_requests: ['asked_at', 'decided_at'],
  login_links: ['made_at', 'ends_at'],
  sessions: ['began_at', 'seen_at', 'ends_at'],
};

/** What setting the clock back comes to in the tables: all that is stored lies that many milliseconds further ahead. */
export function laterBy(ms: number): string {
  return Object.entries(INSTANTS)
    .map(([table, columns]) => `update ${table} set ${columns.map((name) => `${name} = ${name} + ${ms}`).join(', ')}`)
    .join(';');
}
