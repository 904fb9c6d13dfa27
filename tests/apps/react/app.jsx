// A list of harbours. Each part uses what it shows, and passes nothing on.

import { useState } from "react";
import { cookies, int, text } from "tabstate";
import { useCached, useQueryParam, useQueryParams, useSessionState, useTabContext } from "tabstate/react";
import { dateText, filters, perPage, remark, rendered, search, typing, weather } from "../harbours.js";

export function App() {
  const [hasEcho, showEcho] = useState(true);
  const theme = useTabContext("theme");
  return (
    <main data-theme={theme.type}>
      <Notice />
      <Search />
      <button type="button" data-testid="echo-toggle" onClick={() => showEcho(!hasEcho)}>
        Echo
      </button>
      {hasEcho && <Echo />}
      <List />
      <Weather />
      <Remark />
      <Note />
      <NoteEcho />
      <output data-testid="theme">{theme.type}</output>
    </main>
  );
}

function Notice() {
  const all = useTabContext("cookies");
  if (all.get("notice") === "seen") return null;
  return (
    <p data-testid="notice">
      This app keeps a cookie, which says that you have read this.
      <button type="button" data-testid="accept" onClick={() => cookies.set("notice", "seen", { maxAge: 86_400 })}>
        I have
      </button>
    </p>
  );
}

function Search() {
  const [{ q, sort, tags }, set] = useQueryParams(filters);
  const toggle = (tag) =>
    set(({ tags }) => ({ tags: tags.includes(tag) ? tags.filter((t) => t !== tag) : [...tags, tag] }));
  return (
    <>
      <input data-testid="q" value={q} onChange={({ target }) => set({ q: target.value }, typing)} />
      <select data-testid="sort" value={sort} onChange={({ target }) => set({ sort: target.value })}>
        <option value="name">by name</option>
        <option value="newest">the newest first</option>
      </select>
      {["sea", "snow"].map((tag) => (
        <label key={tag}>
          <input type="checkbox" data-testid={`tag-${tag}`} checked={tags.includes(tag)} onChange={() => toggle(tag)} />
          {tag}
        </label>
      ))}
    </>
  );
}

function Echo() {
  const [q, setQ] = useQueryParam("q", text().default(""));
  return (
    <p>
      <output data-testid="q-echo">{rendered("echo", q)}</output>
      <button type="button" data-testid="q-clear" onClick={() => setQ(undefined)}>
        Clear
      </button>
    </p>
  );
}

function List() {
  const [values, set] = useQueryParams(filters);
  const locale = useTabContext("locale");
  const { count, items } = search(values);
  const go = (by) => set(({ page }) => ({ page: page + by }));
  return (
    <section>
      <output data-testid="count">{count}</output>
      <ul>
        {items.map(({ name, since }) => (
          <li key={name} data-testid="item">
            {name} <time>{dateText(since, locale)}</time>
          </li>
        ))}
      </ul>
      <button type="button" data-testid="previous" disabled={values.page <= 1} onClick={() => go(-1)}>
        Previous
      </button>
      <output data-testid="page">{rendered("list", values.page)}</output>
      <button type="button" data-testid="next" disabled={values.page * perPage >= count} onClick={() => go(1)}>
        Next
      </button>
      <output data-testid="locale">{locale}</output>
    </section>
  );
}

function Weather() {
  const [page] = useQueryParam("page", int({ min: 1 }).default(1));
  const { data, error, status } = useCached(weather, [page]);
  return (
    <p>
      <output data-testid="weather">{data?.text}</output>
      <output data-testid="weather-status">{rendered("weather", status)}</output>
      <output data-testid="weather-error">{error?.message}</output>
      <button type="button" data-testid="weather-clear" onClick={() => weather.clear(page)}>
        Look again
      </button>
    </p>
  );
}

function Remark() {
  const [value, set] = useQueryParam("remark", remark);
  return (
    <p>
      <input data-testid="remark" value={value} onChange={({ target }) => set(target.value)} />
      <output data-testid="remark-echo">{value}</output>
    </p>
  );
}

function Note() {
  const [note, setNote] = useSessionState("note", "");
  return <input data-testid="note" value={note} onChange={({ target }) => setNote(target.value)} />;
}

function NoteEcho() {
  const [note, setNote] = useSessionState("note", "");
  return (
    <p>
      <output data-testid="note-echo">{rendered("note", note)}</output>
      <button type="button" data-testid="note-double" onClick={() => setNote((note) => note + note)}>
        Twice
      </button>
    </p>
  );
}
