import type Router from '@koa/router';
import type { OpenConsole } from '../console/open.ts';
import type { ConsoleParts } from '../console/ports.ts';
import { PAGE_HEADERS } from '../pages/layout.ts';

export interface WiredConsole {
  readonly addRoutes: (router: Router) => void;
  /** Ends what stays open: it would hold up the end of the service. */
  stop(): void;
}

/** The console of the service. It is loaded when it is first asked for. */
export function wireConsole(parts: Omit<ConsoleParts, 'readList'>): WiredConsole {
  let opened: Promise<OpenConsole> | null = null;
  let stopped = false;

  async function open(): Promise<OpenConsole> {
    const { openConsole } = await import('../console/open.ts');
    const { createListReader } = await import('../vendor-list/reader.ts');
    const lists = createListReader();
    const opened = openConsole({ ...parts, readList: (bytes) => lists.read(bytes) });
    return {
      ...opened,
      close() {
        opened.close();
        void lists.close();
      },
    };
  }

  function theConsole(): Promise<OpenConsole> {
    opened ??= open().catch((error: unknown) => {
      // It may be better the next time that it is asked for.
      opened = null;
      throw error;
    });
    return opened;
  }

  return {
    addRoutes(router) {
      router.all('/console{/*rest}', async (ctx, next) => {
        if (stopped) {
          ctx.set(PAGE_HEADERS);
          ctx.status = 503;
          return;
        }
        const { routes } = await theConsole();
        await routes(ctx, next);
      });
    },
    stop() {
      stopped = true;
      void opened?.then((console) => console.close());
    },
  };
}
