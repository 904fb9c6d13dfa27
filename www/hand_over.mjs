// Tells the page what its request said, as any server can for tabstate: `vite preview` puts headers and IP address into the document.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Not for scripts to read: an HttpOnly cookie is among them. */
const SECRET = new Set(["cookie", "authorization", "proxy-authorization"]);

/** `document` with the element that tabstate reads, about `request`: a node:http one. */
export function withRequest(document, request) {
  const headers = Object.fromEntries(Object.entries(request.headersDistinct).filter(([name]) => !SECRET.has(name)));
  const told = JSON.stringify({ headers, ip_address: request.socket.remoteAddress });
  // No header may end the script element.
  const element = `<script type="application/json" id="tabstate-context">${told.replaceAll("<", "\\u003c")}</script>`;
  return document.replace("</head>", () => `${element}</head>`);
}

/** The Vite plugin: answers for the document itself, and leaves all else to Vite. */
export function handOver() {
  return {
    name: "hand-over",
    configurePreviewServer(server) {
      const { root, build } = server.config;
      const file = join(root, build.outDir, "index.html");
      server.middlewares.use((request, response, next) => {
        const [path] = request.url.split("?");
        if (request.method !== "GET" || (path !== "/" && path !== "/index.html")) return next();
        readFile(file, "utf8").then((document) => {
          // It is one visitor's.
          response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
          response.end(withRequest(document, request));
        }, next);
      });
    },
  };
}
