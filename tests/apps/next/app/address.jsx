"use client";
// The links, and what the router knows of the address.

import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import { useEffect } from "react";
import { inspectWriter, queryParams } from "tabstate";

/** The router looks at the address when Back and Forward tell it to. */
export function Follow() {
  useEffect(
    () =>
      queryParams.subscribe(async ({ source }) => {
        if (source !== "local") return;
        if (inspectWriter().pending.length > 0) await queryParams.settled();
        dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
      }),
    [],
  );
  return null;
}

export function Address() {
  const params = useSearchParams().toString();
  const search = params && `?${params}`;
  return (
    <>
      <nav>
        <Link data-testid="to-list" href={`/${search}`}>
          List
        </Link>
        <Link data-testid="to-about" href={`/about${search}`}>
          About
        </Link>
        <Link data-testid="to-third" href="/?page=3">
          The third page
        </Link>
      </nav>
      <output data-testid="path">{usePathname().replace(/(?<=.)\/$/, "")}</output>
      <output data-testid="router">{search}</output>
    </>
  );
}
