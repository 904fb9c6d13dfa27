// The same package with the module in a file of its own: smaller, and ready only after `await init()`.

import { context as ownContext } from "./context.js";
import { cookies as ownCookies } from "./cookies.js";
import { TabstateError as OwnError } from "./errors.js";
import { found, ready, type Shared, share } from "./shared.js";
import { standInFor } from "./stand_in.js";
import { start } from "./wasm.js";

export type * from "./index.js";
export * from "./more.js";

/** Where the module comes from. */
export type ModuleSource = string | URL | Request | Response | BufferSource | WebAssembly.Module;

let starting: Promise<void> | undefined;

/**
 * Loads the module, once; every other call throws `not-ready` before.
 *
 * The default source is `tabstate.wasm` beside this file. A bundler that does not know
 * `new URL("…", import.meta.url)` needs the file's address as `source`.
 */
export function init(source?: ModuleSource | Promise<ModuleSource>): Promise<void> {
  starting ??= load(source).catch((cause) => {
    starting = undefined;
    throw cause instanceof OwnError ? cause : new OwnError("unavailable", "the module cannot be loaded", { cause });
  });
  return starting;
}

async function load(given?: ModuleSource | Promise<ModuleSource>): Promise<void> {
  if (found() !== undefined) return;
  const source = (await given) ?? new URL("./tabstate.wasm", import.meta.url);
  const isModule = source instanceof WebAssembly.Module || source instanceof ArrayBuffer || ArrayBuffer.isView(source);
  const module = isModule ? source : await fetched(source instanceof Response ? source : fetch(source));
  if (found() !== undefined) return;
  start(module);
  share();
}

async function fetched(answer: Response | Promise<Response>): Promise<ArrayBuffer> {
  const response = await answer;
  if (!response.ok)
    throw new OwnError("unavailable", `the module cannot be loaded: ${response.status} ${response.url}`);
  return response.arrayBuffer();
}

/** As in `tabstate`, once `init` is done. */
export const queryParams = standInFor(() => ready().queryParams);

function afterInit<Target extends object>(target: Target): Target {
  return new Proxy(target, {
    get(_, key) {
      ready();
      return Reflect.get(target, key);
    },
  });
}

/** As in `tabstate`, once `init` is done. */
export const context = /* @__PURE__ */ afterInit(ownContext);
/** As in `tabstate`, once `init` is done. */
export const cookies = /* @__PURE__ */ afterInit(ownCookies);

export const status: Shared["status"] = () => ready().status();
export const configure: Shared["configure"] = (options) => ready().configure(options);
export const parseQuery: Shared["parseQuery"] = (text) => ready().parseQuery(text);
export const formatQuery: Shared["formatQuery"] = (entries) => ready().formatQuery(entries);
export const inspectWriter: Shared["inspectWriter"] = () => ready().inspectWriter();
export const TabstateError = found()?.TabstateError ?? OwnError;

/** The error of every call that fails. */
export type TabstateError = InstanceType<typeof TabstateError>;
