// Whether a broker's address and the ways to be let in make sense together. For `upstream` of a controller and the office.

import { caution, type Finding, fault } from '../finding.ts';
import { quoted } from '../found.ts';
import { type RawRecord, recordOf, textOf } from '../raw.ts';
import { isLoopback } from './listen.ts';

const form = 'mqtts://host:port, or mqtt://host:port on this machine or with allowPlain: true';

export function checkBroker(raw: unknown): Finding[] {
  const upstream = recordOf(recordOf(raw).upstream);
  return [...checkUrl(upstream), ...checkPairs(upstream)];
}

function checkUrl(upstream: RawRecord): Finding[] {
  const path = ['upstream', 'url'];
  const written = textOf(upstream.url);
  if (written === undefined) return [];
  const url = URL.canParse(written) ? new URL(written) : null;
  if (url === null || !/^mqtts?:$/.test(url.protocol) || url.hostname === '')
    return [fault(path, quoted(written), form)];
  if (url.username !== '' || url.password !== '') {
    return [fault(path, `${quoted(written)}, with a name or a password in it`, 'username and passwordFile beside it')];
  }
  if (/^\/?$/.test(url.pathname) === false || url.search !== '' || url.hash !== '')
    return [fault(path, quoted(written), form)];
  if (url.protocol === 'mqtts:' || isLoopback(url.hostname)) return [];
  if (upstream.allowPlain !== true) {
    return [
      fault(
        path,
        `${quoted(written)}, unencrypted to another machine`,
        'mqtts://host:port, or allowPlain: true if that is meant',
      ),
    ];
  }
  return [caution(path, `${quoted(written)} sends everything unencrypted to another machine`, 'mqtts://host:port')];
}

const together: readonly (readonly [key: string, needs: string])[] = [
  ['certFile', 'keyFile'],
  ['keyFile', 'certFile'],
  ['username', 'passwordFile'],
  ['passwordFile', 'username'],
];

function checkPairs(upstream: RawRecord): Finding[] {
  return together.flatMap(([key, needs]) => {
    if (textOf(upstream[key]) === undefined || (upstream[needs] ?? null) !== null) return [];
    return [fault(['upstream', key], `${key} without ${needs}`, `${key} and ${needs} together, or neither`, 'key')];
  });
}
