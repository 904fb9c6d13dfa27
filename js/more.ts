// What both entries export beside the query parameters. A bundler drops all of it where nothing of it is imported.

export type {
  AnyFunction,
  CacheEvent,
  CacheEventKind,
  CacheMethods,
  CacheStats,
  CacheSubscribeOptions,
} from "./cache.js";
export { type CacheData, type CacheDataOptions, type CachedData, type CachedOnDisk, cacheData } from "./cache_data.js";
export type { HashFuncs } from "./cache_key.js";
export type { CacheOptions } from "./cache_options.js";
export { type CachedResource, type CacheResource, type CacheResourceOptions, cacheResource } from "./cache_resource.js";
export {
  bigint,
  bool,
  type Codec,
  custom,
  date,
  dateTime,
  decimal,
  delimited,
  float,
  int,
  json,
  type Limits,
  list,
  localDateTime,
  oneOf,
  type Param,
  type SchemaCodec,
  type StandardResult,
  type StandardSchema,
  schema,
  text,
  time,
  tuple,
  type ValueOf,
} from "./codecs.js";
export {
  type Context,
  type ContextSubscribeOptions,
  context,
  type ExplainedFact,
  type FactSource,
  type Headers,
  type LiveFact,
  type Theme,
} from "./context.js";
export {
  type CookieMethods,
  type CookieOptions,
  type CookieReads,
  type CookieSubscribeOptions,
  type Cookies,
  cookies,
  type DeleteCookieOptions,
} from "./cookies.js";
export { experimentalGetQueryParams, experimentalSetQueryParams } from "./experimental.js";
export { negotiateLocale } from "./negotiate_locale.js";
export {
  type DefineOptions,
  type Definition,
  defineParams,
  type Inspection,
  type ParamChanges,
  type Params,
  type ParamsChange,
  type ParamsSubscribeOptions,
  type ParamValues,
  type ResetRule,
} from "./params.js";
export {
  type Durability,
  type SessionChange,
  type SessionEntries,
  type SessionState,
  type SessionStateMethods,
  type SessionSubscribeOptions,
  type SessionUsage,
  sessionState,
} from "./session_state.js";
export type { Watched, WatchedState } from "./watched.js";
export { type CachedFunction, type CachedState, type WatchedCall, watchCached } from "./watched_call.js";
export { type WatchedParam, type WatchedParams, watchQueryParam, watchQueryParams } from "./watched_params.js";
export { type Fact, watchSessionState, watchTabContext } from "./watched_state.js";
