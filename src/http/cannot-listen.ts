/** The address that the settings give cannot be listened on. Says which setting is to blame, and what to do. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';
  /** `HOST` or `PORT`. */
  readonly setting: string;
  readonly remedy: string;

  constructor(host: string, port: number, cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const { setting, remedy } = explain(code, host, port);
    super(`${setting} ${remedy}`, { cause });
    this.setting = setting;
    this.remedy = remedy;
  }
}

function explain(code: string, host: string, port: number): { readonly setting: string; readonly remedy: string } {
  switch (code) {
    case 'EADDRINUSE': {
      const remedy = `${port} is in use on ${host} (${code}). Stop what listens there, or set another (0 picks a free one)`;
      return { setting: 'PORT', remedy };
    }
    case 'EACCES':
    case 'EPERM': {
      const remedy = `${port} is not for this account to listen on (${code}). Set one from 1024 on, and put a proxy in front`;
      return { setting: 'PORT', remedy };
    }
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
    case 'ENODATA':
      return { setting: 'HOST', remedy: `${host} is a name without an address (${code}). ${HOST_REMEDY}` };
    // Not of this machine, of a family that it has not, or of a link that is not named.
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EINVAL':
      return { setting: 'HOST', remedy: `${host} is no address of this machine (${code}). ${HOST_REMEDY}` };
    default:
      return { setting: 'HOST', remedy: `${host}, port ${port}, cannot be listened on (${code}). ${HOST_REMEDY}` };
  }
}

const HOST_REMEDY = 'Set 127.0.0.1, or another address of this machine';
