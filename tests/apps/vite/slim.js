// The counter with the wasm as a file of its own, fetched from where Vite puts it.

import { init, queryParams, status } from "tabstate/slim";
import url from "tabstate/tabstate.wasm?url";

await init(url);

const output = document.querySelector("output");

function show() {
  output.value = `${queryParams.get("n") ?? "nothing"} (${status().queryParams})`;
}

document.querySelector("button").addEventListener("click", () => {
  queryParams.set("n", Number(queryParams.get("n") ?? 0) + 1);
});

queryParams.subscribe(show);
show();
