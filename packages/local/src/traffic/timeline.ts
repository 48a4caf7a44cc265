/** Items waiting for their instant; items of one instant keep the order in which they were added. */
export interface Timeline<T> {
  add(item: T): void;
  /** Removes and returns everything before `until`, in order of time. */
  takeBefore(until: number): T[];
}

/** An empty timeline. */
export function createTimeline<T extends { readonly at: number }>(): Timeline<T> {
  let waiting: T[] = [];
  return {
    add(item) {
      waiting.push(item);
    },
    takeBefore(until) {
      const due = waiting.filter(({ at }) => at < until);
      if (due.length > 0) waiting = waiting.filter(({ at }) => at >= until);
      // Array.prototype.sort is stable.
      return due.sort((a, b) => a.at - b.at);
    },
  };
}
