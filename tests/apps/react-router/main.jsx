// React Router and tabstate on one address: the router has the path, tabstate the parameters, and each sees what the other does.

import { useEffect } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter, Link, Route, Routes, useLocation, useNavigate, useSearchParams } from "react-router";
import { inspectWriter, int, queryParams, text } from "tabstate";
import { useQueryParam } from "tabstate/react";

const page = int({ min: 1 }).default(1);
const typed = text().default("").history("push");

/** A router looks at the address when it is told to: what tabstate wrote is told as Back and Forward are. */
function useRouterFollows() {
  useEffect(
    () =>
      queryParams.subscribe(async ({ source }) => {
        if (source !== "local") return;
        if (inspectWriter().pending.length > 0) await queryParams.settled();
        dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
      }),
    [],
  );
}

function App() {
  useRouterFollows();
  const { pathname, search } = useLocation();
  return (
    <main>
      <nav>
        <Link data-testid="to-list" to={`/${search}`}>
          List
        </Link>
        <Link data-testid="to-about" to={`/about${search}`}>
          About
        </Link>
        <Link data-testid="to-third" to="/?page=3">
          The third page
        </Link>
      </nav>
      <output data-testid="path">{pathname}</output>
      <output data-testid="router">{search}</output>
      <Routes>
        <Route path="/" element={<Pages />} />
        <Route path="/about" element={<About />} />
      </Routes>
    </main>
  );
}

function Pages() {
  const [number, setNumber] = useQueryParam("page", page);
  const [q, setQ] = useQueryParam("q", typed);
  const [, setSearch] = useSearchParams();
  return (
    <p>
      <input data-testid="q" value={q} onChange={({ target }) => setQ(target.value, { burst: 1000 })} />
      <output data-testid="page">{number}</output>
      <button type="button" data-testid="next" onClick={() => setNumber((n) => n + 1, { history: "push" })}>
        Next, by tabstate
      </button>
      <button
        type="button"
        data-testid="routed"
        onClick={() =>
          setSearch((search) => {
            search.set("page", String(number + 1));
            return search;
          })
        }
      >
        Next, by the router
      </button>
      <button type="button" data-testid="sort" onClick={() => queryParams.set("sort", "name")}>
        By name
      </button>
    </p>
  );
}

function About() {
  const navigate = useNavigate();
  const [number] = useQueryParam("page", page);
  return (
    <p>
      <output data-testid="about">{number}</output>
      <button type="button" data-testid="back" onClick={() => navigate(-1)}>
        Back
      </button>
    </p>
  );
}

createRoot(document.getElementById("root")).render(
  <BrowserRouter basename={location.pathname.match(/^\/react-router\/\d+/)?.[0]}>
    <App />
  </BrowserRouter>,
);
