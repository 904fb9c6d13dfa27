// What TypeScript infers of typed parameters. Compiled by tests/packed/types.test.mjs against the packed package, and
// never run: a line that should not compile is marked, and is an error where it does.

import {
  bigint,
  bool,
  custom,
  date,
  dateTime,
  decimal,
  defineParams,
  delimited,
  float,
  int,
  json,
  list,
  oneOf,
  type ParamChanges,
  type ParamValues,
  queryParams,
  type StandardSchema,
  schema,
  text,
  time,
  tuple,
} from "tabstate";

/** Compiles where both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>) => {};

declare const person: StandardSchema<{ name: string }>;
declare const people: StandardSchema<{ name: string }[]>;
declare function useSyncExternalStore<T>(subscribe: (listener: () => void) => () => void, get: () => T): T;

const definition = {
  text: text(),
  int: int({ min: 1 }).default(1),
  float: float().optional(),
  bool: bool().default(() => true),
  bigint: bigint().keepDefault(),
  decimal: decimal({ min: "0" }),
  date: date(),
  time: time().debounce(300),
  dateTime: dateTime().history("push").default(new Date(0)),
  sort: oneOf(["price", "name"]).default("price"),
  size: oneOf([10, 20]),
  list: list(text()),
  some: list(oneOf(["a", "b"])).optional(),
  delimited: delimited(",", int()),
  place: tuple(float(), text()),
  person: json(person),
  people: list(schema(people)),
  any: json(),
  hex: custom({ parse: (text) => Number.parseInt(text, 16), format: (n: number) => n.toString(16) }).default(0),
};
const params = defineParams(definition, {
  resets: { int: ["sort", "text"], text: (next, before) => next.int > before.int },
});

interface Expected {
  readonly text: string | undefined;
  readonly int: number;
  readonly float: number | undefined;
  readonly bool: boolean;
  readonly bigint: bigint | undefined;
  readonly decimal: string | undefined;
  readonly date: Date | undefined;
  readonly time: string | undefined;
  readonly dateTime: Date;
  readonly sort: "price" | "name";
  readonly size: 10 | 20 | undefined;
  readonly list: readonly string[];
  readonly some: readonly ("a" | "b")[] | undefined;
  readonly delimited: readonly number[];
  readonly place: readonly [number, string] | undefined;
  readonly person: { name: string } | undefined;
  readonly people: { name: string }[] | readonly never[];
  readonly any: unknown;
  readonly hex: number;
}

const values = params.get();
for (const key of Object.keys(values) as (keyof Expected)[]) console.log(values[key]);
same<(typeof values)["text"], Expected["text"]>(true);
same<(typeof values)["int"], Expected["int"]>(true);
same<(typeof values)["float"], Expected["float"]>(true);
same<(typeof values)["bool"], Expected["bool"]>(true);
same<(typeof values)["bigint"], Expected["bigint"]>(true);
same<(typeof values)["decimal"], Expected["decimal"]>(true);
same<(typeof values)["date"], Expected["date"]>(true);
same<(typeof values)["dateTime"], Expected["dateTime"]>(true);
same<(typeof values)["sort"], Expected["sort"]>(true);
same<(typeof values)["size"], Expected["size"]>(true);
same<(typeof values)["list"], Expected["list"]>(true);
same<(typeof values)["some"], Expected["some"]>(true);
same<(typeof values)["delimited"], Expected["delimited"]>(true);
same<(typeof values)["place"], Expected["place"]>(true);
same<(typeof values)["person"], Expected["person"]>(true);
same<(typeof values)["any"], Expected["any"]>(true);
same<(typeof values)["people"], Expected["people"]>(true);
same<(typeof values)["hex"], Expected["hex"]>(true);
same<ParamValues<typeof definition>["sort"], "price" | "name">(true);
same<ParamChanges<typeof definition>["list"], readonly string[] | null | undefined>(true);

const page: number = params.get("int");
const external: "price" | "name" = useSyncExternalStore(params.subscribe, params.get).sort;
console.log(external);
const sort: "price" | "name" = params.inspect("sort").value;
console.log(page, sort, params.parse("?int=2").int, params.href({ int: 2 }));

params.set({ sort: "name", list: ["a"], place: [1, "a"], date: new Date(), int: null });
params.set({ size: 10 }, { history: "push" });
params.update(({ int }) => ({ int: int + 1 }));
params.reset("int", "sort");
params.subscribe(({ keys }) => console.log(keys.includes("int")), { keys: ["int"] });

// @ts-expect-error an unknown name
params.set({ pages: 1 });
// @ts-expect-error a value of another type
params.set({ int: "1" });
// @ts-expect-error none of the options
params.set({ sort: "date" });
// @ts-expect-error one item too few
params.set({ place: [1] });
// @ts-expect-error an unknown name
params.get("pages");
// @ts-expect-error an unknown name
params.reset("pages");
// @ts-expect-error what is read is not to be changed
values.list.push("a");
// @ts-expect-error what is read is not to be changed
values.int = 2;
// @ts-expect-error the default is of another type
int().default("1");
// @ts-expect-error none of the options
oneOf(["a", "b"]).default("c");
// @ts-expect-error a limit of another type
int({ min: "1" });
// @ts-expect-error no codec
defineParams({ a: String });
// @ts-expect-error an unknown name in a rule
defineParams({ a: int() }, { resets: { a: ["b"] } });
// @ts-expect-error an unknown name in the aliases
defineParams({ a: int() }, { aliases: { b: ["a"] } });
// @ts-expect-error a list holds codecs without modifiers
list(int().default(1));
// @ts-expect-error another history
text().history("append");

queryParams.get("a");
