// What a comparison finds: counted by kind, and told in words as far as somebody reads them.

/** Of each kind. */
const told = 20;

export class Faults {
  counts = { lost: 0, twice: 0, gaps: 0, unrecorded: 0, other: 0 };
  words = [];

  add(kind, text) {
    this.counts[kind]++;
    if (this.counts[kind] <= told) this.words.push(`${kind}: ${text}`);
  }

  get none() {
    return Object.values(this.counts).every((count) => count === 0);
  }
}
