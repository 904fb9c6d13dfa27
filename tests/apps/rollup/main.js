// A counter whose number lives in the address.

import { queryParams, status } from "tabstate";

const output = document.querySelector("output");

function show() {
  output.value = `${queryParams.get("n") ?? "nothing"} (${status().queryParams})`;
}

document.querySelector("button").addEventListener("click", () => {
  queryParams.set("n", Number(queryParams.get("n") ?? 0) + 1);
});

queryParams.subscribe(show);
show();
