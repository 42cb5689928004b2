// Lines for people and for spreadsheets. What stands in a name or a message reaches a terminal as text, never as a command
// to it, and a spreadsheet as text, never as a formula.

/** Columns under each other; a cell that is longer than its column pushes the others on. The last is never padded. */
export function columns(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, index) => plain(cell).padEnd(widths[index] ?? 0))
    .join('  ')
    .trimEnd();
}

/** Without control characters (C0, C1, line and bidirectional marks), which could move the cursor or hide text. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/**
 * One line of CSV (RFC 4180), without its ending. A cell that a spreadsheet would take for a formula begins with an
 * apostrophe, which it shows as text (OWASP, CSV injection).
 */
export function csvLine(cells: readonly string[]): string {
  return cells.map(csvCell).join(',');
}

function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r\n\uff0b\uff0d\uff1d\uff20]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** `2026-03-02 09:10:00` in the zone of this machine; a text that is no instant as it is. */
export function localTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
