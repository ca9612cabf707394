import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/database-maker.ts',
    provide: { places: ['in-process', 'shared'] },
    // Real processes, real databases: generous, because nothing here is a statement about speed.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    // Each storage thread that a test starts strips types by WebAssembly, and after a thousand calls V8 (13.6, Node 24.21) makes
    // faster wrappers for it. With threads that come and go in one process that sometimes ends in a segmentation fault.
    execArgv: ['--wasm-wrapper-tiering-budget=1000000000'],
  },
});
