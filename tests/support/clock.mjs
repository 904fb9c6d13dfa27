// The time of a test: `Date.now` tells what the test says, timers go on as they do.

import { afterEach } from "node:test";

const { now: realNow } = Date;
let time = 0;

afterEach(() => {
  Date.now = realNow;
});

/** Stops the clock, until the end of the test. */
export function stopClock() {
  time = 1_700_000_000_000;
  Date.now = () => time;
}

/** @param {number} seconds less than none sets it back */
export function advance(seconds) {
  time += Math.round(1000 * seconds);
}
