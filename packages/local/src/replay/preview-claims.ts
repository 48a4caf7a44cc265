import { permanentRandomNumber } from "@bellwether/core/sampling/unit";

type FirstOrNot = "first" | "duplicate" | "conflict";

const EMPTY = -1;
const SMALLEST = 1 << 12;
const FULLEST = 0.6;

/**
 * Remembers which ids were claimed, and by a record with which content, in two numbers a request: 53 bits of the id's
 * hash and 48 of the body's. Open addressing; the hash is uniform, so it is its own place.
 */
export function createClaimTable(): { claim(requestId: string, bodyHash: string): FirstOrNot } {
  let ids = new Float64Array(SMALLEST).fill(EMPTY);
  let bodies = new Float64Array(SMALLEST);
  let size = 0;

  /** Where the id is, or would be. */
  const placeOf = (table: Float64Array, id: number): number => {
    let place = Math.floor(id * table.length);
    while (table[place] !== EMPTY && table[place] !== id) place = (place + 1) % table.length;
    return place;
  };
  const grow = (): void => {
    const [oldIds, oldBodies] = [ids, bodies];
    ids = new Float64Array(2 * oldIds.length).fill(EMPTY);
    bodies = new Float64Array(ids.length);
    oldIds.forEach((id, old) => {
      if (id === EMPTY) return;
      const place = placeOf(ids, id);
      ids[place] = id;
      bodies[place] = oldBodies[old] ?? EMPTY;
    });
  };

  return {
    claim: (requestId, bodyHash) => {
      const id = permanentRandomNumber("claim", requestId);
      const body = Buffer.from(bodyHash, "base64url").readUIntBE(0, 6);
      const place = placeOf(ids, id);
      if (ids[place] === id) return bodies[place] === body ? "duplicate" : "conflict";
      ids[place] = id;
      bodies[place] = body;
      size += 1;
      if (size > FULLEST * ids.length) grow();
      return "first";
    },
  };
}
