// A server that renders the page, so that it is right before any script runs: the language, the filters, the theme. It also
// hands over what it received, and serves the scripts.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { contextScript, fromRequest } from "tabstate/server";
import { view } from "./page.js";

const escaped = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

function html(request) {
  const { root, texts } = view(fromRequest(request));
  const attributes = Object.entries(root).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  const elements = Object.entries(texts).map(([id, text]) => `<p id="${id}">${escaped(text)}</p>`);
  return `<!doctype html>
<html${attributes.join("")}>
<head>
<meta charset="utf-8">
<title>${escaped(texts.title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
${contextScript(request)}
<script type="module" src="/client.js"></script>
</head>
<body>
${elements.join("\n")}
</body>
</html>
`;
}

const page = {
  "content-type": "text/html; charset=utf-8",
  // It is for this person alone.
  "cache-control": "private, no-cache",
  // Asks browsers that can for the theme that is wanted, before the first page is shown.
  "accept-ch": "Sec-CH-Prefers-Color-Scheme",
  "critical-ch": "Sec-CH-Prefers-Color-Scheme",
  vary: "Accept-Language, Cookie, Sec-CH-Prefers-Color-Scheme",
  // The hand-over is data, not a script: it needs no nonce.
  "content-security-policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src data:; require-trusted-types-for 'script'",
};

const types = { js: "text/javascript; charset=utf-8", css: "text/css" };
/** A browser has no packages: `tabstate` is where the package's first file is. */
const files = {
  "/client.js": new URL("client.js", import.meta.url),
  "/page.js": new URL("page.js", import.meta.url),
  "/style.css": new URL("style.css", import.meta.url),
};

async function file(path) {
  const [, name] = /^\/tabstate\/([\w.-]+\.js)$/.exec(path) ?? [];
  const found = name === undefined ? files[path] : new URL(name, import.meta.resolve("tabstate"));
  if (found === undefined) return undefined;
  const text = await readFile(found, "utf8");
  return path === "/page.js" ? text.replace('from "tabstate"', 'from "/tabstate/index.js"') : text;
}

/** Listens on this port, or on any; gives the server once it does. */
export function start(port = 0) {
  const server = createServer(async (request, response) => {
    const path = request.url.replace(/[?#].*$/s, "");
    try {
      if (path === "/") return response.writeHead(200, page).end(html(request));
      const text = await file(path);
      if (text === undefined) return response.writeHead(404).end();
      response.writeHead(200, { "content-type": types[path.split(".").at(-1)] }).end(text);
    } catch (error) {
      console.error(error);
      response.writeHead(500).end();
    }
  });
  return new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(server)));
}
