// A visitor's badge: the QR code that opens for the visit, as a page to print and as text for a terminal.

import { create } from 'qrcode';
import { textOf } from '../../../config/raw.ts';
import { RecordsError } from '../records/error.ts';
import type { RecordsView } from '../records/view.ts';
import { HostNames } from './host.ts';

export interface Badge {
  readonly visitor: string;
  readonly name: string;
  readonly host: string | null;
  readonly space: string;
  /** In the time of the space. */
  readonly when: string;
  readonly code: string;
}

/** Light modules around the code, without which readers do not find it. */
const quiet = 4;

/** @throws RecordsError `not-found`; `conflict` where the visitor has no QR code */
export function badgeOf(view: RecordsView, visitor: string): Badge {
  const record = view.get('visitors', visitor);
  const credential = textOf(record.credential);
  const lent = credential === undefined ? undefined : view.get('credentials', credential);
  if (lent?.type !== 'qr') {
    const words =
      credential === undefined ? 'has no badge' : `has ${credential}, a ${String(lent?.type)}, and no QR code`;
    throw new RecordsError('conflict', `${visitor} ${words}: register the visit with a badge`);
  }
  const space = view.get('spaces', String(record.space));
  const host = textOf(record.host);
  return {
    visitor,
    name: String(record.name ?? visitor),
    host: host === undefined ? null : new HostNames(view.store).of(host),
    space: String(space.name ?? space.id),
    when: whenWords(String(record.expected), String(space.timeZone)),
    code: String(lent.value),
  };
}

/** A page of 86 by 120 mm with the name, the host, where and when. What a name says is text, never markup. */
export function badgeSvg({ name, host, space, when, code }: Badge): string {
  const { size, dark } = matrixOf(code);
  const side = size + 2 * quiet;
  const squares: string[] = [];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) if (dark(x, y)) squares.push(`M${x + quiet} ${y + quiet}h1v1h-1z`);
  }
  const line = (y: number, px: number, text: string, more = ''): string =>
    `<text x="43" y="${y}" font-size="${px}" ${more}>${escaped(fitted(text, px))}</text>`;
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" width="86mm" height="120mm" viewBox="0 0 86 120">',
    `<title>${escaped(name)}</title>`,
    '<rect width="86" height="120" fill="#fff"/>',
    '<g font-family="sans-serif" text-anchor="middle" fill="#000">',
    line(13, 7, name, 'font-weight="bold"'),
    line(20, 4.2, host === null ? '' : `guest of ${host}`),
    line(107, 4.2, space),
    line(113, 4.2, when),
    '</g>',
    `<svg x="5" y="24" width="76" height="76" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">`,
    `<path fill="#000" d="${squares.join('')}"/></svg>`,
    '</svg>',
    '',
  ].join('\n');
}

/** Two rows of the code a line, light on dark grounds as on light ones: the colours are set. */
export function badgeLines({ code }: Badge): string[] {
  const { size, dark } = matrixOf(code);
  const at = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < size && y < size && dark(x, y);
  const lines: string[] = [];
  for (let y = -quiet; y < size + quiet; y += 2) {
    let line = '';
    for (let x = -quiet; x < size + quiet; x++) {
      const [top, bottom] = [at(x, y), at(x, y + 1)];
      line += top ? (bottom ? '█' : '▀') : bottom ? '▄' : ' ';
    }
    lines.push(`\u001b[30;107m${line}\u001b[0m`);
  }
  return lines;
}

function matrixOf(code: string): { readonly size: number; dark(x: number, y: number): boolean } {
  const { modules } = create(code, { errorCorrectionLevel: 'M' });
  return { size: modules.size, dark: (x, y) => modules.get(y, x) === 1 };
}

function whenWords(expected: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return parts.format(new Date(expected));
}

/** What fits a line; the rest is left out. */
function fitted(text: string, px: number): string {
  const most = Math.floor(78 / (px * 0.55));
  const letters = [...text];
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`;
}

/** Without control characters, which no XML may have. */
function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  return text.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, ' ').replace(/[&<>"']/g, (one) => names[one] ?? '');
}
