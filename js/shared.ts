// The one state of a page: two copies or versions of this package find each other through the global registry.

import type { CacheData } from "./cache_data.js";
import type { CacheResource } from "./cache_resource.js";
import { TabstateError } from "./errors.js";
import { type Configuration, checkedConfiguration } from "./query_options.js";
import {
  createQueryParams,
  type ParamsBase,
  type QueryParams,
  readWriterState,
  type WriterState,
} from "./query_params.js";
import { format, parse } from "./query_text.js";
import type { QueryEntries } from "./query_values.js";
import type { SessionState } from "./session_state.js";
import { readStatus, type Status } from "./status.js";
import { call, checks, hearers, pass, passed, wasm } from "./wasm.js";

/** What all copies on a page share. */
export interface Shared {
  queryParams: QueryParams;
  /** What works here, and why not what does not. Asking may write and remove a probe cookie and session entry. */
  status(): Status;
  /**
   * Settles what holds for every write, before the first use.
   * @throws {TabstateError} `invalid-option` for an unknown option, a wrong value, or after the first use.
   */
  configure(options: Configuration): void;
  /** What was settled. */
  readonly options: Configuration;
  /** Opened with its first use. */
  sessionState?: SessionState;
  cacheData?: CacheData;
  cacheResource?: CacheResource;
  /** Every pair of a query, in order. A leading `?` is skipped. */
  parseQuery(text: string): [string, string][];
  /** The text of a query, without a `?`: each pair in its place, a list as a repeated key. */
  formatQuery(entries: QueryEntries): string;
  /** What the writer is at: pending keys, the history budget, the next try. */
  inspectWriter(): WriterState;
  /** The error of every call that fails. */
  TabstateError: typeof TabstateError;
  /** What typed parameters and bound controls stand on. */
  readonly params: ParamsBase;
  /** Called after each thing that happens to the page, with its number; with none when the package lets go of the page. */
  readonly hearers: Set<(number?: number) => void>;
  /** Stops following the page and leaves it as it was found: for tests, and for modules that are reloaded. */
  release(): void;
}

const name = Symbol.for("tabstate");
const registry = globalThis as { [name]?: Shared };

/** What the first copy on this page has put there. */
export function found(): Shared | undefined {
  return registry[name];
}

/** The same, for what cannot work before. */
export function ready(): Shared {
  const shared = found();
  if (shared === undefined) throw new TabstateError("not-ready", "call `await init()` first");
  return shared;
}

/** Makes this copy the page's. */
export function share(): Shared {
  const { queryParams, params } = createQueryParams();
  const shared: Shared = {
    queryParams,
    params,
    status: readStatus,
    options: {},
    configure(options) {
      const [history, reservedKeys] = checkedConfiguration(options);
      for (const check of checks) check(options);
      call(() => {
        if (reservedKeys !== undefined) wasm.$queryParamsConfigure(history, pass(reservedKeys), passed);
        else if (history) wasm.$queryParamsConfigure(history, 0, 0);
      });
      Object.assign(shared.options, options);
    },
    parseQuery: parse,
    formatQuery: format,
    inspectWriter: readWriterState,
    TabstateError,
    hearers,
    release() {
      wasm.$queryParamsRelease();
      for (const hear of hearers) hear();
      delete registry[name];
    },
  };
  Object.defineProperty(registry, name, { value: shared, configurable: true });
  return shared;
}
