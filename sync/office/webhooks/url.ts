// Where a webhook may be: https, and http on this machine only unless its operator means it. Pure.

import { OfficeError } from '../error.ts';

const maxUrlChars = 2048;
const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** @throws OfficeError `webhook`: what is wrong with it. */
export function checkedWebhookUrl(text: string, allowPlain: boolean): string {
  const refuse = (what: string): OfficeError =>
    new OfficeError('webhook', `--url ${JSON.stringify(text.slice(0, 200))}: ${what}`);
  if (text.length > maxUrlChars) throw refuse(`at most ${maxUrlChars} characters`);
  if (!URL.canParse(text)) throw refuse('not a URL; allowed: https://host/path');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse('allowed: https://host/path');
  if (url.username !== '' || url.password !== '') {
    throw refuse('no name and password: every message is signed with the secret of the webhook');
  }
  if (url.hash !== '') throw refuse('no #fragment: it is not sent');
  if (url.protocol === 'http:' && !loopback.test(url.hostname) && !allowPlain) {
    throw refuse('unencrypted to another machine: use https://, or --allow-plain');
  }
  return url.href;
}
