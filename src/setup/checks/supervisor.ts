import type { Check } from './check.ts';
import { ok, skipped, warn } from './findings.ts';
import type { Machine, Unit } from './machine.ts';

const STARTS_AGAIN = /^[ \t]*Restart[ \t]*=[ \t]*(?:always|on-failure|on-abnormal|on-abort)[ \t]*$/mu;
const THIS_PROGRAM = /^[ \t]*ExecStart[ \t]*=.*src\/main\.ts/mu;

/** Whether something starts the service again after a crash, and with the machine. */
export function createSupervisorCheck(machine: Machine): Check {
  return {
    name: 'supervisor',
    group: 'machine',
    about: { zh: '意外退出后谁来重启', en: 'What starts it again' },
    run: async ({ config, cwd }) => {
      if (config?.mode !== 'live') return skipped({ zh: '还没有真实运行。', en: 'It does not run live yet.' });
      if (await machine.isContainer())
        return skipped(
          { zh: '在容器里看不到容器的重启策略。', en: 'From inside a container its restart policy cannot be seen.' },
          { zh: '启动容器时加 --restart unless-stopped。', en: 'Start the container with --restart unless-stopped.' },
        );
      const units = await machine.units();
      if (units === null)
        return skipped(
          {
            zh: '这台机器不由 systemd 管理，看不出有没有别的程序负责重启。',
            en: 'This machine is not run by systemd; whether something else starts it again cannot be seen from here.',
          },
          {
            zh: '请确认有程序在它退出后重启它（如 pm2、supervisord、启动项）。',
            en: 'See that something does, such as pm2, supervisord or launchd.',
          },
        );
      const unit = units.find(({ text }) => THIS_PROGRAM.test(text) && namesFolder(text, cwd));
      if (unit === undefined)
        return warn(
          {
            zh: `没有 systemd 单元启动 ${cwd} 里的服务：崩溃或重启机器后，它不会自己回来。`,
            en: `No systemd unit starts the service of ${cwd}: it does not come back after a crash or a restart of the machine.`,
          },
          {
            zh: '照 docs/operating.md「Run」里的样子建一个单元，再 systemctl enable --now 它。',
            en: 'Make one as docs/operating.md shows under “Run”, then systemctl enable --now it.',
          },
        );
      return judge(unit);
    },
  };
}

const WHERE = /^[ \t]*(?:WorkingDirectory|ExecStart)[ \t]*=(?<value>.*)$/gmu;

/** Whether the unit works in that folder, or starts something of it. */
function namesFolder(text: string, folder: string): boolean {
  return [...text.matchAll(WHERE)].some(({ groups }) => {
    const parts = (groups?.['value'] ?? '').split(folder);
    return parts.slice(1).some((rest) => rest === '' || /^[/\s]/u.test(rest));
  });
}

function judge({ path, text }: Unit) {
  if (!STARTS_AGAIN.test(text))
    return warn(
      { zh: `${path} 启动它，但崩溃后不会重启。`, en: `${path} starts it, but not again after a crash.` },
      {
        zh: '在 [Service] 里加 Restart=on-failure，再 systemctl daemon-reload。',
        en: 'Add Restart=on-failure under [Service], then systemctl daemon-reload.',
      },
    );
  return ok({ zh: `${path} 会重启它。`, en: `${path} starts it again.` });
}
