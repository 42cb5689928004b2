// All checks of a scenario that look across keys: its config, its replicas, and its steps against both.

import { checkDoors } from '../controller/check.ts';
import { caution, type Finding, fault } from '../finding.ts';
import { quoted } from '../found.ts';
import { idsOf, oneOf } from '../ids.ts';
import { parseInstant } from '../instant.ts';
import type { KeyPath } from '../problem.ts';
import { isRecord, listOf, type RawRecord, recordOf, textOf } from '../raw.ts';
import { checkReplica } from '../replica/check.ts';
import { acts } from './step.ts';

export function checkScenario(raw: unknown): Finding[] {
  const { config, replica, steps } = recordOf(raw);
  const check = checkStepOf(config);
  return [
    ...below(['config'], checkDoors(config)),
    ...below(['replica'], [...checkReplica(replica), ...checkSite(replica, config)]),
    ...checkTimes(steps),
    ...listOf(steps).flatMap((step, index) => below(['steps', index], check(step))),
    ...unknownSpaces(config, replica),
  ];
}

function below(path: KeyPath, findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => ({ ...finding, path: [...path, ...finding.path] }));
}

function checkTimes(steps: unknown): Finding[] {
  const order = new TimeOrder();
  return listOf(steps).flatMap((step, index) => below(['steps', index], order.check(step)));
}

/** Steps in the order in which they are looked at: none before the latest so far. */
export class TimeOrder {
  #latestMs = Number.NEGATIVE_INFINITY;
  #latest = '';

  check(step: unknown): Finding[] {
    const written = textOf(recordOf(step).at);
    const atMs = parseInstant(written ?? '');
    if (written === undefined || atMs === null) return [];
    if (atMs < this.#latestMs)
      return [fault(['at'], `${quoted(written)}, before ${quoted(this.#latest)}`, 'time never goes back')];
    this.#latestMs = atMs;
    this.#latest = written;
    return [];
  }
}

/** Judges steps against one config; it need not have been read from the same text. */
export function checkStepOf(config: unknown): (step: unknown) => Finding[] {
  const known = { readers: idsOf(config, ['readers']), accessPoints: idsOf(config, ['accessPoints']) };
  return (step) => checkStep(recordOf(step), config, known);
}

interface Known {
  readonly readers: ReadonlySet<string> | null;
  readonly accessPoints: ReadonlySet<string> | null;
}

function checkStep(step: RawRecord, config: unknown, { readers, accessPoints }: Known): Finding[] {
  const named = acts.filter((act) => step[act] !== undefined);
  const several = named
    .slice(1)
    .map((act) =>
      fault([act], `${act} beside ${named[0]}`, 'one act in a step; a step more at the same instant', 'key'),
    );
  return [
    ...several,
    ...checkTarget(step.present, ['present', 'reader'], readers, fault),
    ...checkTarget(step.input, ['input', 'accessPoint'], accessPoints, fault),
    ...checkTarget(step.command, ['command', 'accessPoint'], accessPoints, caution),
    ...checkInput(step.input, config),
    ...checkCommand(step.command),
    ...below(
      ['replica'],
      isRecord(step.replica) ? [...checkReplica(step.replica), ...checkSite(step.replica, config)] : [],
    ),
  ];
}

/** Every controller of a site shares its replica, and takes no other (interfaces.md section 2). */
function checkSite(replica: unknown, config: unknown): Finding[] {
  const [found, site] = [textOf(recordOf(replica).site), textOf(recordOf(config).site)];
  if (found === undefined || site === undefined || found === site) return [];
  return [fault(['site'], `${quoted(found)}, another site than the config's`, `${quoted(site)}, as the config says`)];
}

function checkTarget(
  act: unknown,
  path: readonly [string, string],
  known: ReadonlySet<string> | null,
  make: typeof caution,
): Finding[] {
  const id = textOf(recordOf(act)[path[1]]);
  if (id === undefined || known === null || known.has(id)) return [];
  return [make(path, `${quoted(id)}, which is not in the config`, oneOf(known, 'one of the config'))];
}

const inputs = ['contact', 'requestToExit', 'tamper', 'fire', 'help'];

/** An input step moves one input, and one that the config has. */
function checkInput(raw: unknown, config: unknown): Finding[] {
  if (!isRecord(raw)) return [];
  const named = inputs.filter((name) => raw[name] !== undefined);
  const [name] = named;
  if (name === undefined || named.length > 1) {
    return [
      fault(['input'], name === undefined ? 'no input' : named.join(' and '), `exactly one of ${inputs.join(', ')}`),
    ];
  }
  const points = listOf(recordOf(config).accessPoints).map(recordOf);
  const point = points.find(({ id }) => textOf(id) !== undefined && id === raw.accessPoint);
  if (point === undefined || (point[name] ?? null) !== null) return [];
  const id = String(raw.accessPoint);
  return [
    fault(
      ['input', name],
      `${name} of ${quoted(id)}, which has none in the config`,
      `${name}: { driver: simulated } there`,
      'key',
    ),
  ];
}

function checkCommand(raw: unknown): Finding[] {
  if (!isRecord(raw)) return [];
  const { type, accessPoint, space, id, issuedAt, expiresAt } = raw;
  const missing = [id, issuedAt, expiresAt].filter((key) => key === undefined).length;
  const partly = missing === 1 || missing === 2;
  const order = partly ? [fault(['command'], 'not all of id, issuedAt and expiresAt', 'all three, or none')] : [];
  if (typeof type === 'string' && !['unlock', 'lock', 'mode'].includes(type)) return order;
  if ((accessPoint === undefined) !== (space === undefined)) return order;
  const found = space === undefined ? 'neither accessPoint nor space' : 'both accessPoint and space';
  return [...order, fault(['command'], found, 'exactly one of accessPoint and space')];
}

function unknownSpaces(config: unknown, replica: unknown): Finding[] {
  const known = idsOf(replica, ['spaces']);
  return listOf(recordOf(config).accessPoints).flatMap((point, index) => {
    const space = textOf(recordOf(point).space);
    if (space === undefined || known === null || known.has(space)) return [];
    const path = ['config', 'accessPoints', index, 'space'];
    return [
      caution(path, `${quoted(space)} is not among the spaces of the replica`, oneOf(known, 'a space of the replica')),
    ];
  });
}
