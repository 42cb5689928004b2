// Clock, timers, randomness and environment variables: whoever wants them asks for them. The few files that own them stand
// here, each with what it may use and why.

import type { SourceFile } from './files.ts';

type Source = 'time' | 'timers' | 'randomness' | 'environment';

const uses: Readonly<Record<Source, RegExp>> = {
  time: /\bDate\.now\b|\bnew Date\b(?!\s*\(\s*[^)\s])|(?<!new )\bDate\(\)|\bperformance\.(now|timeOrigin)\b|\bprocess\.(hrtime|uptime)\b/,
  timers: /(?<![.\w])(setTimeout|setInterval|setImmediate)\s*\(|\bscheduler\.wait\b/,
  randomness: /\bMath\.random\b|\brandom(Bytes|UUID|Int|Fill|FillSync)\b|\bgetRandomValues\b/,
  environment: /\bprocess\.env\b/,
};

/** Imports that are a way around the words above. */
const backDoors: Readonly<Record<string, Source>> = {
  'node:timers': 'timers',
  'node:timers/promises': 'timers',
  'node:perf_hooks': 'time',
};

export const owners: Readonly<Record<string, { readonly may: readonly Source[]; readonly because: string }>> = {
  'daemon/clock/real.ts': { may: ['time', 'timers'], because: 'it is the clock' },
  'daemon/clock/trust.ts': { may: ['time'], because: 'it asks whether the clock can be believed' },
  'daemon/clock/random.ts': { may: ['randomness'], because: 'it is the randomness' },
  'daemon/cli/where.ts': {
    may: ['environment'],
    because: 'XDG_RUNTIME_DIR says where a demo leaves its pointer, USER who is at work',
  },
  'daemon/notify/environment.ts': { may: ['environment'], because: 'a service manager says there what it waits for' },
  'drivers/pcsc/socket.ts': {
    may: ['environment'],
    because: "PCSCLITE_CSOCK_NAME is the PC/SC library's own way to say where pcscd listens",
  },
  'drivers/keeper/keeper-clock.ts': {
    may: ['time', 'timers'],
    because: 'the keeper is a process with a clock of its own',
  },
};

export function ownerFaults(file: SourceFile): string[] {
  const may = owners[file.path]?.may ?? [];
  const found = (Object.keys(uses) as Source[]).filter((source) => uses[source].test(file.code));
  for (const { from, names } of file.imports) {
    const through = Object.hasOwn(backDoors, from) ? backDoors[from] : undefined;
    if (through !== undefined) found.push(through);
    if (from === 'node:process' && /\benv\b/.test(names)) found.push('environment');
    if (from === 'node:process' && /\bhrtime\b/.test(names)) found.push('time');
  }
  const wrong = [...new Set(found)].filter((source) => !may.includes(source));
  return wrong.map((source) => `${file.path}: takes ${source} by itself; it is to be handed in`);
}
