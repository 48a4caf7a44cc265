declare module "dynalite" {
  import type { Server } from "node:http";

  /** Starts nothing by itself: `listen` on the returned server. Times are in ms. */
  function dynalite(options: {
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
    maxItemSizeKb?: number;
  }): Server;
  export = dynalite;
}
