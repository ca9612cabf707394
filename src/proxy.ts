/** The proxy through which https and wss leave, as `HTTPS_PROXY` and `NO_PROXY` name it. What is on this machine never does. */
export interface Proxy {
  /** http or https; may hold a user name and a password. */
  readonly url: string;
  /** Hosts that are reached without it, separated by commas. */
  readonly except: string;
}
