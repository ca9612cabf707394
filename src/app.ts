import { join } from 'node:path';
import { sandbox as markSandbox } from './command/sentences.ts';
import type { Config, LiveConfig, SandboxConfig } from './config.ts';
import type { Log } from './log.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import type { Address } from './http/address.ts';
import { startService, type Service } from './service.ts';

/** Starts what the settings ask for: the live service, or the same service in a simulated world. Where it answers: see Address. */
export async function startApp(config: Config, log: Log, address?: Address): Promise<Service> {
  for (const warning of config.warnings) log.warn(warning);
  return config.mode === 'live' ? startService(config, { log, address }) : startInSandbox(config, log, address);
}

async function startInSandbox(config: SandboxConfig, log: Log, address?: Address): Promise<Service> {
  const dataDir = join(config.dataDir, 'sandbox');
  const parts = new AsyncDisposableStack();
  try {
    // A live service never needs it.
    const { startSandbox } = await import('./sandbox/sandbox.ts');
    const sandbox = await startSandbox({ dataDir, log });
    parts.defer(() => sandbox.close());
    const service = await startService(settingsFor(config, dataDir, sandbox), {
      log,
      decorate: markSandbox,
      addRoutes: sandbox.addRoutes,
      locateRobot: sandbox.locateRobot,
      beginning: new URL('./sandbox/history.ts', import.meta.url),
      atThisMachine: true,
      address,
    });
    parts.defer(() => service.stop());
    await sandbox.connect(service.url);
    log.info(`sandbox: open ${service.url} in a browser`);
    return { url: service.url, stop: () => parts.disposeAsync() };
  } catch (error) {
    await parts.disposeAsync();
    throw error;
  }
}

/** The settings that lead the service into the sandbox's world. */
function settingsFor(config: SandboxConfig, dataDir: string, sandbox: Sandbox): LiveConfig {
  return {
    ...config,
    mode: 'live',
    dataDir,
    databaseUrl: null,
    liantuofu: { ...config.liantuofu, ...sandbox.liantuofu },
    channels: { wecomApp: null, wecomBot: sandbox.bot, wecomSocketBot: null, dingtalk: null, feishu: null },
    wecomApiUrl: sandbox.wecomApiUrl,
    mediaHosts: [...config.mediaHosts, sandbox.mediaHost],
    botNames: [...config.botNames, sandbox.botName],
  };
}
