// A list of harbours. Each part uses what it shows, and passes nothing on.

import { createMemo, createSignal, For, Show } from "solid-js";
import { cookies, int, text } from "tabstate";
import { useCached, useQueryParam, useQueryParams, useSessionState, useTabContext } from "tabstate/solid";
import { dateText, filters, perPage, remark, rendered, search, typing, weather } from "../harbours.js";

export function App() {
  const [hasEcho, showEcho] = createSignal(true);
  const theme = useTabContext("theme");
  return (
    <main data-theme={theme().type}>
      <Notice />
      <Search />
      <button type="button" data-testid="echo-toggle" onClick={() => showEcho(!hasEcho())}>
        Echo
      </button>
      <Show when={hasEcho()}>
        <Echo />
      </Show>
      <List />
      <Weather />
      <Remark />
      <Note />
      <NoteEcho />
      <output data-testid="theme">{theme().type}</output>
    </main>
  );
}

function Notice() {
  const all = useTabContext("cookies");
  return (
    <Show when={all().get("notice") !== "seen"}>
      <p data-testid="notice">
        This app keeps a cookie, which says that you have read this.
        <button type="button" data-testid="accept" onClick={() => cookies.set("notice", "seen", { maxAge: 86_400 })}>
          I have
        </button>
      </p>
    </Show>
  );
}

function Search() {
  const [values, set] = useQueryParams(filters);
  const toggle = (tag) =>
    set(({ tags }) => ({ tags: tags.includes(tag) ? tags.filter((one) => one !== tag) : [...tags, tag] }));
  return (
    <>
      <input data-testid="q" value={values().q} onInput={({ target }) => set({ q: target.value }, typing)} />
      <select data-testid="sort" value={values().sort} onChange={({ target }) => set({ sort: target.value })}>
        <option value="name">by name</option>
        <option value="newest">the newest first</option>
      </select>
      <For each={["sea", "snow"]}>
        {(tag) => (
          <label>
            <input
              type="checkbox"
              data-testid={`tag-${tag}`}
              checked={values().tags.includes(tag)}
              onChange={() => toggle(tag)}
            />
            {tag}
          </label>
        )}
      </For>
    </>
  );
}

function Echo() {
  const [q, setQ] = useQueryParam("q", text().default(""));
  return (
    <p>
      <output data-testid="q-echo">{rendered("echo", q())}</output>
      <button type="button" data-testid="q-clear" onClick={() => setQ(undefined)}>
        Clear
      </button>
    </p>
  );
}

function List() {
  const [values, set] = useQueryParams(filters);
  const locale = useTabContext("locale");
  const found = createMemo(() => search(values()));
  const go = (by) => set(({ page }) => ({ page: page + by }));
  return (
    <section>
      <output data-testid="count">{found().count}</output>
      <ul>
        <For each={found().items}>
          {({ name, since }) => (
            <li data-testid="item">
              {name} <time>{dateText(since, locale())}</time>
            </li>
          )}
        </For>
      </ul>
      <button type="button" data-testid="previous" disabled={values().page <= 1} onClick={() => go(-1)}>
        Previous
      </button>
      <output data-testid="page">{rendered("list", values().page)}</output>
      <button
        type="button"
        data-testid="next"
        disabled={values().page * perPage >= found().count}
        onClick={() => go(1)}
      >
        Next
      </button>
      <output data-testid="locale">{locale()}</output>
    </section>
  );
}

function Weather() {
  const [page] = useQueryParam("page", int({ min: 1 }).default(1));
  const result = useCached(weather, () => [page()]);
  return (
    <p>
      <output data-testid="weather">{result.data?.text}</output>
      <output data-testid="weather-status">{rendered("weather", result.status)}</output>
      <output data-testid="weather-error">{result.error?.message}</output>
      <button type="button" data-testid="weather-clear" onClick={() => weather.clear(page())}>
        Look again
      </button>
    </p>
  );
}

function Remark() {
  const [value, set] = useQueryParam("remark", remark);
  return (
    <p>
      <input data-testid="remark" value={value()} onInput={({ target }) => set(target.value)} />
      <output data-testid="remark-echo">{value()}</output>
    </p>
  );
}

function Note() {
  const [note, setNote] = useSessionState("note", "");
  return <input data-testid="note" value={note()} onInput={({ target }) => setNote(target.value)} />;
}

function NoteEcho() {
  const [note, setNote] = useSessionState("note", "");
  return (
    <p>
      <output data-testid="note-echo">{rendered("note", note())}</output>
      <button type="button" data-testid="note-double" onClick={() => setNote((note) => note + note)}>
        Twice
      </button>
    </p>
  );
}
