// TanStack Router and tabstate on one address: the router has the path, tabstate the parameters. The router hears of every
// history call, so that nothing stands between the two.

import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  Outlet,
  RouterProvider,
  useLocation,
  useNavigate,
  useRouter,
} from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { int, queryParams, text } from "tabstate";
import { useQueryParam } from "tabstate/react";

const page = int({ min: 1 }).default(1);
const typed = text().default("").history("push");

function Root() {
  const { pathname, searchStr } = useLocation();
  return (
    <main>
      <nav>
        <Link data-testid="to-list" to="/" search>
          List
        </Link>
        <Link data-testid="to-about" to="/about" search>
          About
        </Link>
        <Link data-testid="to-third" to="/" search={{ page: 3 }}>
          The third page
        </Link>
      </nav>
      <output data-testid="path">{pathname}</output>
      <output data-testid="router">{searchStr}</output>
      <Outlet />
    </main>
  );
}

function Pages() {
  const [number, setNumber] = useQueryParam("page", page);
  const [q, setQ] = useQueryParam("q", typed);
  const navigate = useNavigate();
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
        onClick={() => navigate({ to: "/", search: (search) => ({ ...search, page: number + 1 }) })}
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
  const router = useRouter();
  const [number] = useQueryParam("page", page);
  return (
    <p>
      <output data-testid="about">{number}</output>
      <button type="button" data-testid="back" onClick={() => router.history.back()}>
        Back
      </button>
    </p>
  );
}

const root = createRootRoute({ component: Root });
const routes = [
  createRoute({ getParentRoute: () => root, path: "/", component: Pages }),
  createRoute({ getParentRoute: () => root, path: "/about", component: About }),
];
const router = createRouter({
  routeTree: root.addChildren(routes),
  basepath: location.pathname.match(/^\/tanstack-router\/\d+/)?.[0],
});

createRoot(document.getElementById("root")).render(<RouterProvider router={router} />);
