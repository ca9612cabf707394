/**
 * Which settings a platform's bots take. Only names, so that settings can be judged before anything of a platform is loaded.
 */
export interface PlatformSettings<Name extends string = string> {
  readonly bots: readonly BotSettings<Name>[];
  /** They turn no bot on, and only a live service uses them. */
  readonly liveOnly: readonly Name[];
}

/** The settings of one bot. */
export interface BotSettings<Name extends string = string> {
  /** What problems call it: where its callbacks come in, such as `/wecom/app`, or the name of its connection. */
  readonly name: string;
  /** Without all of these it cannot be on. */
  readonly needs: readonly Name[];
  /** One of these says that it is meant to be on. */
  readonly impliedBy: readonly Name[];
  /** What has to be set where another one is; with `is`, where it has that value. */
  readonly pairs: readonly {
    readonly where: Name;
    readonly is?: string;
    readonly needs: Name;
    readonly message: string;
  }[];
  /** What must not be set where another one is. */
  readonly conflicts?: readonly { readonly where: Name; readonly not: Name; readonly message: string }[];
}
