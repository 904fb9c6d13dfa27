// Takes over the page that the server made: what differs is written, and from then on all changes are followed.

import { context, cookies, queryParams } from "/tabstate/index.js";
import { view } from "./page.js";

const root = document.documentElement;

/** Writes what is not there already; returns how much that was. */
function show() {
  const { root: attributes, texts } = view({ queryParams, context, cookies });
  let written = 0;
  for (const [name, value] of Object.entries(attributes)) {
    if (root.getAttribute(name) === value) continue;
    root.setAttribute(name, value);
    written += 1;
  }
  for (const [id, text] of Object.entries(texts)) {
    const element = document.getElementById(id);
    if (element.textContent === text) continue;
    element.textContent = text;
    written += 1;
  }
  return written;
}

/** For whoever looks on: what the start wrote. */
globalThis.writtenAtStart = show();
globalThis.tabstate = { context, cookies, queryParams };
for (const { subscribe } of [queryParams, context, cookies]) subscribe(show);
