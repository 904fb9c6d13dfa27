// What `page.js` gives.

/** `tell` is called with the number of each thing that happens. */
export function hearWith(tell: (number: number) => void): void;

export function address(): string | undefined;
export function vendor(): string | undefined;
export function follow(): boolean;
export function release(): void;
export function write(address: string, push: boolean): number;
export function now(): number;
export function endOfTurn(): boolean;
export function wakeAfter(milliseconds: number): void;
export function environment(): number;
export function sessionStorageTrouble(): number;
export function cookiesWork(): boolean;

/** The document whose `URL` has to be compared before each read, where no event tells its changes. */
export function documentToCompare(): Document | undefined;
