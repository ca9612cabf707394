import { SettingsError } from '../config.ts';
import { LedgerError } from '../ledger/errors.ts';
import { codeOf } from '../log/describe-error.ts';
import { MappingError } from '../mapping/mapping-error.ts';
import type { Text } from '../pages/text.ts';

/** Says why a service could not start. Names of settings, lines and codes, never a value. */
export function whyNotStarted(error: unknown): Text {
  if (error instanceof SettingsError) {
    const lines = error.problems.map(({ name, message }) => `${name} ${message}`).join('; ');
    return { zh: `设置还有问题：${lines}`, en: `The settings have problems: ${lines}` };
  }
  if (error instanceof MappingError) {
    const lines = error.problems.join('; ');
    return { zh: `人员和门店的文件有问题：${lines}`, en: `The mapping of people and stores has problems: ${lines}` };
  }
  // Its messages are written for operators.
  if (error instanceof LedgerError)
    return { zh: `记录打不开：${error.message}`, en: `The ledger cannot be opened: ${error.message}` };
  return {
    zh: `服务没能启动（${codeOf(error)}）。原因在终端的日志里：找 “could not be started”。`,
    en: `The service could not be started (${codeOf(error)}). The log in the terminal says why: look for "could not be started".`,
  };
}
