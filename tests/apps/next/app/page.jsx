"use client";
// The list: a parameter that tabstate and the router both write.

import { useRouter } from "next/navigation";
import { int, queryParams, text } from "tabstate";
import { useQueryParam } from "tabstate/react";

const page = int({ min: 1 }).default(1);
const typed = text().default("").history("push");

export default function Pages() {
  const [number, setNumber] = useQueryParam("page", page);
  const [q, setQ] = useQueryParam("q", typed);
  const router = useRouter();
  function routed() {
    const search = new URLSearchParams(location.search);
    search.set("page", String(number + 1));
    router.push(`/?${search}`);
  }
  return (
    <p>
      <input data-testid="q" value={q} onChange={({ target }) => setQ(target.value, { burst: 1000 })} />
      <output data-testid="page">{number}</output>
      <button type="button" data-testid="next" onClick={() => setNumber((n) => n + 1, { history: "push" })}>
        Next, by tabstate
      </button>
      <button type="button" data-testid="routed" onClick={routed}>
        Next, by the router
      </button>
      <button type="button" data-testid="sort" onClick={() => queryParams.set("sort", "name")}>
        By name
      </button>
    </p>
  );
}
