import type { Generated } from 'kysely';
import type { DeliveryState, NoticeKind } from '../../redemption/notices.ts';

/** What groups are told. `robot` is a name that tells nothing about the robot's address. */
export interface NoticeTables {
  notices: {
    id: Generated<number>;
    kind: NoticeKind;
    store_code: string | null;
    redemption: number | null;
    /** For this robot alone. */
    robot: string | null;
    /** JSON: the news of a binding. */
    binding: string | null;
    /** The day of a summary, which a robot gets once. */
    day: string | null;
    created_at: number;
    /** Null until it was decided which robots tell it. */
    addressed_at: number | null;
  };
  notice_robots: {
    robot: string;
    created_at: number;
    /** When it may send what waits for it, or when the service that speaks to it counts as dead; null: nothing waits. */
    due: number | null;
    /** Not to send before. */
    free_at: number;
    failures: number;
    /** Not null while it rests because it does not work. */
    parked_at: number | null;
  };
  notice_messages: {
    id: Generated<number>;
    robot: string;
    uuid: string;
    /** 1: without words from outside. */
    bare: number;
    begun_at: number;
    finished_at: number | null;
  };
  notice_deliveries: {
    notice: number;
    robot: string;
    /** The message that it is in. */
    message: number | null;
    state: DeliveryState;
    created_at: number;
    done_at: number | null;
  };
}
