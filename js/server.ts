// The entry for servers: what a page reads, for one request, and the hand-over to the page. It needs nothing of Node and
// nothing of a page, and keeps nothing between two requests.

export type { Context, ExplainedFact, FactSource, Headers, Theme } from "./context.js";
export { type ContextScriptOptions, contextScript } from "./context_script.js";
export type { CookieReads } from "./cookies.js";
export type { ErrorCode } from "./errors.js";
export { TabstateError } from "./errors.js";
export {
  fromRequest,
  type RequestContext,
  type RequestCookies,
  type RequestFacts,
  type RequestParams,
} from "./from_request.js";
export { init } from "./server_border.js";
export type { FetchHeaders, FetchRequest, NodeRequest, RequestOptions, ServerRequest } from "./server_request.js";
