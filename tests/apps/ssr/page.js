// What the page says, by the facts that it is given: a server's of one request, or the page's own. One function for both, so
// that the first HTML is what the page would make of itself.

import { date, defineParams, list, oneOf, text } from "tabstate";

export const filters = defineParams({
  q: text().default(""),
  tag: list(text()),
  sort: oneOf(["name", "date"]).default("name"),
  from: date().optional(),
});

const words = {
  en: { title: "Departures", all: "all", from: "from", by: { name: "by name", date: "by date" } },
  nb: { title: "Avganger", all: "alle", from: "fra", by: { name: "etter navn", date: "etter dato" } },
  "pt-BR": { title: "Partidas", all: "todas", from: "a partir de", by: { name: "por nome", date: "por data" } },
  ar: { title: "المغادرة", all: "الكل", from: "من", by: { name: "حسب الاسم", date: "حسب التاريخ" } },
};

/** The texts of the page by the ids of their elements, and the attributes of the root. */
export function view({ queryParams, context, cookies }) {
  const locale = context.negotiateLocale(Object.keys(words), "en");
  const { title, all, from, by } = words[locale];
  const wanted = filters.parse(queryParams.toString());
  // The zone of the person is not known to a server, so a date that is no moment is written in UTC.
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
  return {
    root: {
      lang: locale,
      dir: context.direction === "rtl" && locale === "ar" ? "rtl" : "ltr",
      // Without a choice that was kept, the style sheet asks the browser itself.
      class: cookies.get("theme") ?? "auto",
    },
    texts: {
      title,
      query: wanted.q || all,
      tags: new Intl.ListFormat(locale).format(wanted.tag),
      sort: by[wanted.sort],
      from: wanted.from ? `${from} ${day.format(wanted.from)}` : "",
    },
  };
}
