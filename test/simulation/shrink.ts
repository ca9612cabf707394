import { check, type Invariant } from './check.ts';
import type { Storage } from './database.ts';
import { play } from './history.ts';
import { FAULTS, HABITS, type Plan } from './plan.ts';

/** Makes a history that violates an invariant as small as it gets while it still does. */
export async function shrink(plan: Plan, invariant: Invariant, storage: Storage): Promise<Plan> {
  let smallest = plan;

  const stillFails = async (candidate: Plan) =>
    check((await play(candidate, storage)).evidence).some((violation) => violation.invariant === invariant);
  const attempt = async (candidate: Plan): Promise<boolean> => {
    if (JSON.stringify(candidate) === JSON.stringify(smallest)) return false;
    if (!(await stillFails(candidate))) return false;
    smallest = candidate;
    return true;
  };

  /** Half of what came about, then a quarter, and so on: most of it does not matter. */
  async function preventMost(): Promise<void> {
    let { happened } = await play(smallest, storage);
    for (let size = happened.length; size >= 1; size = Math.floor(size / 2)) {
      for (let from = 0; from < happened.length;) {
        const without = happened.slice(from, from + size);
        if (await attempt({ ...smallest, prevented: [...smallest.prevented, ...without] })) {
          // What is prevented may let other things come about, or keep them from it.
          ({ happened } = await play(smallest, storage));
        } else from += size;
      }
    }
  }

  let before: Plan;
  do {
    before = smallest;
    for (const simpler of simplifications(smallest)) await attempt(simpler(smallest));
    await preventMost();
  } while (smallest !== before);
  return smallest;
}

function* simplifications(plan: Plan): Generator<(smallest: Plan) => Plan> {
  for (const person of plan.people) {
    yield (smallest) => ({ ...smallest, people: smallest.people.filter(({ user }) => user !== person.user) });
  }
  for (const fault of FAULTS) yield (smallest) => ({ ...smallest, faults: { ...smallest.faults, [fault]: 0 } });
  for (const habit of HABITS) yield (smallest) => ({ ...smallest, habits: { ...smallest.habits, [habit]: 0 } });
  for (let machines = 1; machines < plan.machines; machines++) yield (smallest) => ({ ...smallest, machines });
  yield (smallest) => ({ ...smallest, first: [] });
  yield (smallest) => ({ ...smallest, firstFrom: 0 });
  yield (smallest) => ({ ...smallest, cards: 1 });
  yield (smallest) => ({ ...smallest, people: smallest.people.map((person) => ({ ...person, visits: 1 })) });
  yield (smallest) => ({ ...smallest, people: smallest.people.map((person) => ({ ...person, elsewhere: false })) });
}
