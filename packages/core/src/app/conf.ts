// `app.conf`: the settings, to read and to change. What the connection was made with cannot change while it stands.

import { ConfigError } from "../model/errors.ts";
import { censoredSettings } from "./censored-settings.ts";
import { checkSettingName, mergeSettings, type Settings } from "./config.ts";

/** The settings of an application. Plain reads and writes: `app.conf.taskDefaultQueue = "hipri"`; a wrong value throws `ConfigError`. */
export type Conf = { -readonly [K in keyof Settings]: Settings[K] } & {
  /** Changes settings; all or none. @throws {ConfigError} an unknown setting or a wrong value. */
  update(changes: Partial<Settings>): void;
  /** Value of a setting. @throws {ConfigError} an unknown setting. */
  get<K extends keyof Settings>(name: K): Settings[K];
  /**
   * The settings as plain data without secrets, to be shown: passwords, tokens and keys are hidden.
   *
   * @param options.withDefaults - False: only those that differ from their defaults. Default: false.
   */
  censored(options?: { readonly withDefaults?: boolean | undefined }): Readonly<Record<string, unknown>>;
};

const FIXED_ONCE_CONNECTED: ReadonlySet<string> = new Set([
  "broker",
  "transportOptions",
  "namespace",
  "resultExpires",
  "revokeExpires",
  "ackWait",
  "clock",
  "logger",
  "logLevel",
]);

// Asked to set what is no property of the settings themselves. As the prototype it costs nothing where there is one.
const REFUSING: object = new Proxy(Object.freeze({}), {
  set: (_target, name) => {
    checkSettingName(String(name));
    return false;
  },
});

/**
 * @param current - Where the settings are kept: replaced as a whole when they change.
 * @param isConnected - Whether the application uses its connection already.
 */
export function makeConf(current: { settings: Settings }, isConnected: () => boolean): Conf {
  const update = (changes: Partial<Settings>): void => {
    const fixed = isConnected() ? Object.keys(changes ?? {}).find((name) => FIXED_ONCE_CONNECTED.has(name)) : undefined;
    if (fixed !== undefined)
      throw new ConfigError(
        `setting "${fixed}" cannot change while the application is connected; set it before the first call, or close() first`,
      );
    current.settings = mergeSettings(current.settings, changes);
  };
  const conf = {
    update,
    get: <K extends keyof Settings>(name: K): Settings[K] => {
      checkSettingName(name);
      return current.settings[name];
    },
    censored: (options?: { readonly withDefaults?: boolean | undefined }) =>
      censoredSettings(current.settings, options?.withDefaults ?? false),
  };
  for (const name of Object.keys(current.settings)) {
    Object.defineProperty(conf, name, {
      enumerable: true,
      get: () => Reflect.get(current.settings, name),
      set: (value: unknown) => {
        update({ [name]: value });
      },
    });
  }
  Object.setPrototypeOf(conf, REFUSING);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the loop above defines one property per setting
  return Object.freeze(conf) as Conf;
}
