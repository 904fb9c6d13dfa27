/** `tell` is called with the number of each thing that happens. */
export function hearWith(tell: (number: number) => void): void;

/** The document whose `URL` has to be compared before each read, where no event tells its changes. */
export function documentToCompare(): Document | undefined;
