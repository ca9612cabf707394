import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mayOthersRead } from '../../private-files.ts';
import type { Check } from './check.ts';
import { fail, ok, skipped, warn } from './findings.ts';

/** Whether the settings can be used at all. */
const settings: Check = {
  name: 'settings',
  group: 'settings',
  about: { zh: '能不能用', en: 'Whether they can be used' },
  run: async ({ config, problems }) => {
    if (problems.length > 0) {
      const list = problems.map(({ name, message }) => `${name} ${message}`).join('\n');
      return fail(
        {
          zh: `有 ${problems.length} 处不对，服务启动不了：\n${list}`,
          en: `The service cannot start with them:\n${list}`,
        },
        {
          zh: '改正 .env（或环境变量）里的这些名字；每一项的写法见 docs/settings.md。也可以用 npm run setup 在网页上重新填。',
          en: 'Correct these names in .env, or in the environment; docs/settings.md says how each is written. Or fill them in on a page: npm run setup.',
        },
      );
    }
    const warnings = config?.warnings ?? [];
    if (warnings.length > 0)
      return warn(
        { zh: warnings.join('\n'), en: warnings.join('\n') },
        {
          zh: '可以运行，但最好改掉；写法见 docs/settings.md。',
          en: 'It runs, but better change it; see docs/settings.md.',
        },
      );
    return ok({ zh: '写法都对。', en: 'They are all well written.' });
  },
};

/** Without the vendor's settings it is the sandbox that starts. */
const live: Check = {
  name: 'live',
  group: 'settings',
  about: { zh: '是否真实运行', en: 'Live or sandbox' },
  run: async ({ config }) => {
    if (config === null) return skipped({ zh: '设置还不能用。', en: 'The settings cannot be used yet.' });
    if (config.mode === 'live') {
      const appId = config.liantuofu.appId;
      return ok({
        zh: `真实运行，商户 appId 是 ${appId}。`,
        en: `It runs live, with the merchant’s appId ${appId}.`,
      });
    }
    return warn(
      {
        zh: '还没接入真实群聊：npm start 启动的是沙箱，核销都是假的。',
        en: 'Not set up for live use: npm start runs the sandbox, where nothing is really redeemed.',
      },
      {
        zh: '运行 npm run setup，按网页上的步骤接入。',
        en: 'Run npm run setup, and follow the steps on its page.',
      },
    );
  },
};

/** The file holds the vendor's key and the platforms' secrets. */
const envFile: Check = {
  name: 'env-file',
  group: 'settings',
  about: { zh: '.env 文件', en: 'The .env file' },
  run: async ({ cwd }) => {
    const path = join(cwd, '.env');
    const stats = await stat(path).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    });
    if (stats === null)
      return ok({
        zh: `没有 ${path}，设置只来自环境变量。`,
        en: `There is no ${path}: the settings come from the environment only.`,
      });
    if (!stats.isFile())
      return fail(
        { zh: `${path} 不是文件，读不了。`, en: `${path} is no file, so it is not read.` },
        { zh: '改名或删掉它，再运行 npm run setup。', en: 'Rename or remove it, then run npm run setup.' },
      );
    if (await mayOthersRead(path))
      return fail(
        {
          zh: `文件权限太宽，这台机器上别的账号也能读 ${path}，里面有密钥。`,
          en: `Its mode lets other accounts of this machine read ${path}, and it holds secrets.`,
        },
        { zh: `运行 chmod 600 ${path}`, en: `Run chmod 600 ${path}` },
      );
    return ok({ zh: `${path} 只有自己的账号能读。`, en: `Only its own account may read ${path}.` });
  },
};

/** A value in the environment wins, and people wonder why what they write in the file changes nothing. */
const environment: Check = {
  name: 'environment',
  group: 'settings',
  about: { zh: '环境变量与 .env 是否一致', en: 'Environment and .env' },
  run: async ({ overridden }) => {
    if (overridden.length === 0)
      return ok({ zh: '没有互相矛盾的设置。', en: 'No setting is set differently in both.' });
    const names = overridden.join(', ');
    return warn(
      {
        zh: `这些设置在环境变量和 .env 里不一样，生效的是环境变量：${names}`,
        en: `Set differently in the environment and in .env; the environment’s values are in force: ${names}`,
      },
      {
        zh: '在其中一处删掉它们。环境变量可能来自 systemd 单元、容器的设置或 shell 的启动文件。',
        en: 'Take them out of one of the two. The environment may come from the systemd unit, the container or a profile of the shell.',
      },
    );
  },
};

export const SETTINGS_CHECKS: readonly Check[] = [settings, live, envFile, environment];
