// Whether controllers of one site see each other's records, and the office merges what they did while they did not.

/**
 * false: this version does neither. A pass may then be spent at each controller until a replica counts it, a visit that began
 * at one door is an orphan at another, and nobody agrees on who is inside. What is checked of that stands in `visits.ts` and
 * `agreement.ts`, and is told only where this is true.
 */
export const peersAgree = true;
