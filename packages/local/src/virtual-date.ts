/** Makes `Date` of this thread read its current time (ms since the epoch) from `now`; dates given explicitly are unchanged. */
export function installVirtualDate(now: () => number): void {
  const WallDate = Date;
  const VirtualDate = new Proxy(WallDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new WallDate(now()).toString(),
  });
  WallDate.now = now;
  WallDate.prototype.constructor = VirtualDate;
  globalThis.Date = VirtualDate;
}
