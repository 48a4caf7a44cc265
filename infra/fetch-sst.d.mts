/** Puts SST's platform into `.sst` if it is not there; false when it could not be fetched. */
export declare function fetchSst(output: "inherit" | "ignore"): boolean;
