// On a server there is no address: writes live in memory, and the pure functions work as everywhere.

import { formatQuery, parseQuery, queryParams, status } from "tabstate";

queryParams.set("n", 42);
console.log(`${queryParams.get("n")} (${status().queryParams})`);
console.log(formatQuery(parseQuery("?city=S%C3%A3o+Paulo&n=1")));
