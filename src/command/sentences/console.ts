import type { ConsoleResult } from '../../desk/console-link.ts';
import type { Role } from '../../redemption/role.ts';
import type { Moment } from './when.ts';

/** The way into the console, or why there is none, or that it is closed. */
export function consoleResult(
  result: ConsoleResult,
  { calendar, now, role }: Moment & { readonly role: Role },
): string {
  switch (result.kind) {
    case 'console-offered': {
      const until = calendar.timeOf(now + result.lastsMs);
      return `控制台：\n${result.url}\n${Math.round(result.lastsMs / 60_000)}分钟内有效（到 ${until}），只能用一次，别转发。`;
    }
    case 'console-not-offered':
      return notOffered(result.why, role);
    case 'signed-out':
      return result.sessions === 0
        ? '您现在没有登录着的控制台，发过的链接也都不能用了。'
        : `已退出：您在控制台的${result.sessions}处登录都结束了。`;
  }
}

/** Where the link itself is not known any more. */
export function consoleLinkGone(): string {
  return '控制台的链接已经过了时间，请再发一次「控制台」。';
}

function notOffered(why: Extract<ConsoleResult, { kind: 'console-not-offered' }>['why'], role: Role): string {
  switch (why) {
    case 'in-group':
      return '链接谁点都能进，不能发在群里。请单独给我发「控制台」。';
    case 'too-many':
      return '您要的链接太多了，请过一会儿再发「控制台」。';
    case 'no-address':
      return role === 'admin'
        ? '现在没有能发给大家的地址：请在服务器的设置里写上 PUBLIC_URL（如 https://bot.example.com）再重启。急用可以在服务器上运行 npm run console。'
        : '控制台还没有能发给大家的地址，请管理员设置 PUBLIC_URL。';
  }
}
