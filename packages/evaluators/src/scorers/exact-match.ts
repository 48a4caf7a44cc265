/** 1 if both texts are the same, else 0; spaces at the ends never count, `loose` also lets letter case, Unicode form and runs of spaces differ. */
export function exactMatch(text: string, reference: string, loose: boolean): number {
  const plain = (value: string): string => {
    const trimmed = value.trim();
    return loose ? trimmed.normalize("NFKC").toLowerCase().replace(/\s+/g, " ") : trimmed;
  };
  return plain(text) === plain(reference) ? 1 : 0;
}
