// A static web server for tests: directories and single pages, on as many origins as asked for. Caches nothing.

import { once } from "node:events";
import { createServer } from "node:http";
import sirv from "sirv";

/**
 * Serves the same content on each of `origins` ports of 127.0.0.1: same host, different origins.
 *
 * @param {object} options
 * @param {Record<string, string>} [options.directories] path prefix, such as `/package`, to directory
 * @param {Record<string, Page | ((request: import("node:http").IncomingMessage) => Page)>} [options.pages]
 *   exact path, or prefix when it ends with `/*`, to a page
 * @param {Record<string, string>} [options.headers] sent with every answer
 * @param {number} [options.origins]
 * @returns {Promise<{ origins: string[], pages: Record<string, unknown>, close(): Promise<void> }>} pages may be added later
 *
 * @typedef {{ body: string, type?: string, status?: number, headers?: Record<string, string> }} Page
 */
export async function serve({ directories = {}, pages = {}, headers = {}, origins = 1 }) {
  const mounts = Object.entries(directories)
    .sort(([a], [b]) => b.length - a.length)
    .map(([prefix, directory]) => ({ prefix: prefix.replace(/\/$/, ""), handle: sirv(directory, { dev: true }) }));

  const answer = (request, response) => {
    const path = request.url.replace(/[?#].*$/, "");
    response.setHeader("cache-control", "no-store");
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const page =
      pages[path] ?? pages[Object.keys(pages).find((key) => key.endsWith("/*") && path.startsWith(key.slice(0, -1)))];
    if (page) return send(response, typeof page === "function" ? page(request) : page);
    const mount = mounts.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
    if (!mount) return send(response, { body: `no ${path}`, type: "text/plain", status: 404 });
    request.url = request.url.slice(mount.prefix.length) || "/";
    mount.handle(request, response, () => send(response, { body: `no ${path}`, type: "text/plain", status: 404 }));
  };

  const servers = await Promise.all(
    Array.from({ length: origins }, async () => {
      const server = createServer(answer).listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  return {
    origins: servers.map((server) => `http://127.0.0.1:${server.address().port}`),
    pages,
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

function send(response, { body, type = "text/html; charset=utf-8", status = 200, headers = {} }) {
  response.writeHead(status, { "content-type": type, ...headers });
  response.end(body);
}
