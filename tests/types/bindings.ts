// What the bindings' types infer.

import { type Context, cacheData, date, defineParams, int, oneOf, text } from "tabstate";
import * as react from "tabstate/react";
import * as solid from "tabstate/solid";
import * as svelte from "tabstate/svelte";
import * as vue from "tabstate/vue";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>) => {};

const page = int({ min: 1 }).default(1);
const filters = defineParams({ q: text().default(""), sort: oneOf(["price", "name"]), from: date().optional() });
const load = cacheData(async (city: string, _page: number) => ({ city }));
const onDisk = cacheData((city: string) => city.length, { persist: "disk", key: "lengths@1" });
interface Values {
  readonly q: string;
  readonly sort: "price" | "name" | undefined;
  readonly from: Date | undefined;
}

export function inReact() {
  const [plain, setPlain] = react.useQueryParam("q");
  same<typeof plain, string | undefined>(true);
  setPlain(undefined);
  // @ts-expect-error it is a text
  setPlain(5);
  const [number, setNumber] = react.useQueryParam("page", page);
  same<typeof number, number>(true);
  setNumber((before) => before + 1, { history: "push" });
  setNumber(null);
  const [values, set] = react.useQueryParams(filters);
  same<typeof values, Values>(true);
  set({ sort: "name" });
  set(({ q }) => ({ q: `${q}!` }), { burst: 100 });
  // @ts-expect-error there is no such parameter
  set({ other: 1 });
  const [note, setNote] = react.useSessionState("note", "");
  same<typeof note, string>(true);
  setNote((before) => before + before);
  const [list] = react.useSessionState<string[]>("list", () => []);
  same<typeof list, string[]>(true);
  const theme = react.useTabContext("theme");
  same<typeof theme, Context["theme"]>(true);
  // @ts-expect-error a method is no fact
  react.useTabContext("explain");
  const { data, status } = react.useCached(load, ["Oslo", 1]);
  same<typeof data, { city: string } | undefined>(true);
  same<typeof status, "pending" | "success" | "error">(true);
  const length = react.useCached(onDisk, ["Oslo"]).data;
  same<typeof length, number | undefined>(true);
  // @ts-expect-error it is called with a text and a number
  react.useCached(load, [1, "Oslo"]);
}

export function inVue() {
  const plain = vue.useQueryParam("q");
  same<typeof plain.value, string | undefined>(true);
  const number = vue.useQueryParam("page", page);
  number.value = number.value + 1;
  number.set((before) => before + 1, { history: "push" });
  number.value = undefined;
  const values = vue.useQueryParams(filters);
  values.value = { sort: "name" };
  same<typeof values.value.from, Date | undefined>(true);
  const note = vue.useSessionState("note", "");
  note.value += "!";
  const locale = vue.useTabContext("locale");
  same<typeof locale.value, string | undefined>(true);
  const { data, status } = vue.useCached(load, () => [plain.value ?? "", number.value]);
  same<typeof data.value, { city: string } | undefined>(true);
  same<typeof status.value, "pending" | "success" | "error">(true);
}

export function inSvelte() {
  const plain = svelte.useQueryParam("q");
  same<typeof plain.current, string | undefined>(true);
  const number = svelte.useQueryParam("page", page);
  number.current = number.current + 1;
  number.update((before) => before + 1, { history: "push" });
  svelte.useQueryParams(filters).set({ sort: "name" }, { burst: 1 });
  svelte.useSessionState("note", "").subscribe((note) => note.length);
  const result = svelte.useCached(load, () => [plain.current ?? "", number.current]);
  same<typeof result.current.data, { city: string } | undefined>(true);
}

export function inSolid() {
  const [plain] = solid.useQueryParam("q");
  const [number, setNumber] = solid.useQueryParam("page", page);
  setNumber(number() + 1, { history: "push" });
  const [values, set] = solid.useQueryParams(filters);
  same<ReturnType<typeof values>, Values>(true);
  set({ from: new Date(0) });
  const result = solid.useCached(load, () => [plain() ?? "", number()]);
  same<typeof result.data, { city: string } | undefined>(true);
}
