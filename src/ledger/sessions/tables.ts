/** Who is logged in to the console. Nothing in it opens anything: of each secret only its hash is kept. */
export interface SessionTables {
  /** Links by which people log in. */
  login_links: {
    hash: string;
    user_id: string;
    made_at: number;
    ends_at: number;
    /** Of one person's links at most one is `open`. */
    state: 'open' | 'used' | 'void';
    /** The session that it has begun. */
    session: string | null;
  };
  sessions: {
    id: string;
    user_id: string;
    agent: string;
    began_at: number;
    seen_at: number;
    ends_at: number;
    root: string;
  };
}
