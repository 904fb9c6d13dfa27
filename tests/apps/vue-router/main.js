// Vue Router and tabstate on one address: the router has the path, tabstate the parameters, and each sees what the other does.

import { inspectWriter, queryParams } from "tabstate";
import { createApp } from "vue";
import { createRouter, createWebHistory } from "vue-router";
import About from "./About.vue";
import App from "./App.vue";
import Pages from "./Pages.vue";

const router = createRouter({
  history: createWebHistory(location.pathname.match(/^\/vue-router\/\d+/)?.[0]),
  routes: [
    { path: "/", component: Pages },
    { path: "/about", component: About },
  ],
});

/** The router keeps the path of each entry in the entry, and looks at the address when Back and Forward tell it to. */
queryParams.subscribe(async ({ source }) => {
  if (source !== "local") return;
  if (inspectWriter().pending.length > 0) await queryParams.settled();
  const current = location.href.slice(new URL(router.resolve("/").href, location.origin).href.length - 1);
  history.replaceState({ ...history.state, current }, "");
  dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
});

createApp(App).use(router).mount("#root");
