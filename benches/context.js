// Reading cookies and facts, and choosing among locales. One page for all contenders.

import { match } from "@formatjs/intl-localematcher";
import Cookies from "js-cookie";
import { context, cookies, negotiateLocale } from "tabstate";
import { interleaved } from "./measure.js";

/** What analytics, shops and consent banners leave behind: ids, some escapes, some long. */
const values = ["1", "GA1.2.1234567890.1700000000", "S%C3%A3o%20Paulo", "a%2Cb%3B", "x".repeat(40)];
const names = Array.from({ length: 50 }, (_, nth) => `cookie_${nth}`);

function fillJar() {
  // biome-ignore lint/suspicious/noDocumentCookie: what other code does
  for (const [nth, name] of names.entries()) document.cookie = `${name}=${values[nth % values.length]}; Path=/`;
}

const some = names.filter((_, nth) => nth % 7 === 3);

/** A loop over reads of some cookies in turn. */
function reads(read) {
  return (times) => {
    let made = 0;
    for (let nth = 0; nth < times; nth += 1) made += read(some[nth % some.length]).length;
    return made;
  };
}

function byHand(name) {
  const found = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${name}=`));
  return decodeURIComponent(found.slice(name.length + 1));
}

function dicts(read) {
  return (times) => {
    let made = 0;
    for (let nth = 0; nth < times; nth += 1) made += read().cookie_2.length;
    return made;
  };
}

let written = 0;

/** Each read comes after a change by other code: nothing that was read before is of use. */
function changing(read) {
  return (times) => {
    let made = 0;
    for (let nth = 0; nth < times; nth += 1) {
      written += 1;
      // biome-ignore lint/suspicious/noDocumentCookie: what other code does
      document.cookie = `cookie_0=${1000 + (written % 9000)}; Path=/`;
      made += read("cookie_0").length;
    }
    return made;
  };
}

const available = "ar bg cs da de el en es-419 es fi fr he hu it ja nb pl pt-BR zh-TW zh".split(" ");
const wishes = [["fr-CH", "fr", "en"], ["zh-HK", "en"], ["es-MX"], ["en-AU", "en"], ["de-AT", "de"], ["pt-BR", "pt"]];

function choices(choose) {
  return (times) => {
    let made = 0;
    for (let nth = 0; nth < times; nth += 1) made += choose(wishes[nth % wishes.length]).length;
    return made;
  };
}

let asked = 0;

/** The same wishes behind one that nobody has asked for yet, and that nothing matches. */
function anew(wanted) {
  asked += 1;
  return [`tlh-x-${asked.toString(36)}`, ...wanted];
}

const facts = (name, read) => ({
  name,
  limit: 50,
  contenders: {
    tabstate: (times) => {
      let made = 0;
      for (let nth = 0; nth < times; nth += 1) made += read().length;
      return made;
    },
  },
});

const cases = [
  {
    name: "one cookie of 50",
    most: { "js-cookie": 0.125, "split by hand": 1 },
    contenders: { tabstate: reads(cookies.get), "js-cookie": reads(Cookies.get), "split by hand": reads(byHand) },
  },
  {
    name: "all of 50 cookies",
    most: { "js-cookie": 0.33 },
    contenders: { tabstate: dicts(cookies.toDict), "js-cookie": dicts(Cookies.get) },
  },
  {
    name: "one cookie of 50, changed before each read",
    contenders: {
      tabstate: changing(cookies.get),
      "js-cookie": changing(Cookies.get),
      "split by hand": changing(byHand),
    },
  },
  {
    name: "negotiation among 20 locales",
    most: { "intl-localematcher": 0.2 },
    contenders: {
      tabstate: choices((wanted) => negotiateLocale(wanted, available, "en")),
      "intl-localematcher": choices((wanted) => match(wanted, available, "en")),
    },
  },
  {
    name: "negotiation, asked for the first time",
    contenders: {
      tabstate: choices((wanted) => negotiateLocale(anew(wanted), available, "en")),
      "intl-localematcher": choices((wanted) => match(anew(wanted), available, "en")),
    },
  },
  facts("context.locale", () => context.locale),
  facts("context.theme", () => context.theme.type),
  facts("context.timezone", () => context.timezone),
];

/** @returns {Promise<{ name: string, most: Record<string, number>, times: Record<string, number> }[]>} */
export async function measure(repetitions) {
  fillJar();
  const measured = [];
  for (const { contenders, ...about } of cases) {
    measured.push({ ...about, times: await interleaved(contenders, repetitions) });
  }
  return measured;
}
