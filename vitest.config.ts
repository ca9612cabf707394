import { defineConfig } from 'vitest/config';

/** The folder of a test file says to which project it belongs. What is in none of these is `unit`. */
const ledger = ['test/ledger/*.test.ts', 'test/postgres/*.test.ts'];
/** The promises that every ledger keeps: in `unit` on one that lives in the process, in `ledger` on those that are shared or on disk. */
const contracts = ['test/ledger/contract/*.test.ts'];
/** The program and its tools, started as they are and spoken to from outside; and what the setup asks of a world outside. */
const system = ['test/e2e/*.test.ts', 'test/browser/*.test.ts', 'test/tools/*.test.ts', 'test/setup/outside/*.test.ts'];
/** Many rounds of chance, and what else takes long. */
const soak = ['test/soak/*.test.ts'];

export default defineConfig({
  test: {
    // Real processes, real databases: generous, because nothing here is a statement about speed.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Looked at often, so that what comes soon is not waited for.
    expect: { poll: { timeout: 15_000, interval: 10 } },
    // Each storage thread that a test starts strips types by WebAssembly, and after a thousand calls V8 (13.6, Node 24.21) makes
    // faster wrappers for it. With threads that come and go in one process that sometimes ends in a segmentation fault.
    execArgv: [
      '--wasm-wrapper-tiering-budget=1000000000',
      // As in the service: without it each of those threads strips and compiles the same sources anew.
      '--import=./src/code-cache.js',
    ],
    globalSetup: 'test/support/database-maker.ts',
    // More than two cores: the files of services and databases wait about a third of their time.
    maxWorkers: 4,
    sequence: { groupOrder: 1 },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // A process a file would take as long as the tests. There is no state at module level that one could leave to another.
          isolate: false,
          // More than cores, because many wait for a while, but each imports the sources anew; all at once, before the others.
          maxWorkers: 5,
          sequence: { groupOrder: 0 },
          include: ['test/**/*.test.ts'],
          exclude: [...ledger, ...system, ...soak],
          provide: { places: ['in-process'] },
        },
      },
      {
        extends: true,
        test: {
          name: 'ledger',
          // As in unit. What the files of one process share is made once: a storage thread, a database that each test leaves empty.
          isolate: false,
          include: [...ledger, ...contracts],
          provide: { places: ['shared', 'sqlite', 'postgres'] },
        },
      },
      { extends: true, test: { name: 'system', include: system } },
      { extends: true, test: { name: 'soak', include: soak } },
    ],
  },
});
