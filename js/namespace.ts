// What the names of all that is kept in the browser begin with.

import { type Configuration, invalid } from "./query_options.js";

export function namespaceIn({ namespace = "tabstate" }: Configuration): string {
  if (typeof namespace !== "string" || !/^[^:!]+$/.test(namespace))
    throw invalid("namespace", "it is a text without : and !");
  return namespace;
}
