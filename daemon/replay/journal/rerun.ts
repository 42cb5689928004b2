// Runs what a journal recorded once more: its taps in their order, with the clock that each record carries, through the
// daemon's own code on another replica; visits, cut-offs and used passes follow from the decisions that are made now.

import type { Random } from '../../../access/clock.ts';
import type { Command } from '../../../access/command/command.ts';
import { isDoorCommand } from '../../../access/door/command.ts';
import type { JournalEvent } from '../../../access/event.ts';
import { siteRuleReasons } from '../../../access/site-rules/rows.ts';
import { noSiteRules } from '../../../access/site-rules/settings.ts';
import { parseInstant } from '../../../config/instant.ts';
import { recordOf, textOf } from '../../../config/raw.ts';
import type { ControllerConfig } from '../../../config/types.ts';
import type { ReplicaStore } from '../../../db/replica/store.ts';
import { MemoryLocks } from '../../../drivers/simulated/memory-lock.ts';
import { VirtualClock } from '../../clock/virtual.ts';
import { commandOf as commandRequested } from '../../socket/command.ts';
import { readRequest, SocketError } from '../../socket/protocol.ts';
import { Life } from '../life.ts';
import type { Presenter } from './presented.ts';

export interface Answer {
  readonly decision: 'granted' | 'denied';
  readonly reason: string;
}

export interface Compared {
  readonly event: JournalEvent;
  readonly then: Answer;
  /** null: it could not be presented again. */
  readonly now: Answer | null;
  readonly differs: boolean;
}

interface RerunParts {
  readonly config: ControllerConfig;
  /** A journal of its own, in a folder of its own. */
  readonly file: string;
  readonly random: Random;
  readonly replica: () => ReplicaStore;
  readonly presenter: Presenter;
  readonly log: (message: string) => void;
}

/** A command as its record has it; null: it is not one of this version. */
function commandOf({ command }: JournalEvent['data']): Command | null {
  const { type, mode, accessPoint, space, reader, customer, by, until } = recordOf(command);
  const untilMs = parseInstant(textOf(until) ?? '');
  const named = { type, mode, accessPoint, space, reader, customer, by };
  const written = { do: 'command', ...named, ...(untilMs === null ? {} : { untilMs }) };
  try {
    const { request } = readRequest(JSON.stringify(written));
    return request.do === 'command' ? commandRequested(request) : null;
  } catch (error) {
    if (error instanceof SocketError) return null;
    throw error;
  }
}

function answerOf({ type, data }: JournalEvent): Answer {
  return { decision: type === 'access.denied' ? 'denied' : 'granted', reason: textOf(data.reason) ?? '' };
}

const taps: readonly string[] = ['access.granted', 'access.denied', 'access.repeated'];

export class Rerun {
  readonly #parts: RerunParts;
  readonly #locks: MemoryLocks;
  #clock: VirtualClock | null = null;
  #boot = '';
  #life: Life | null = null;
  /** Of the life that runs, since it was last asked. */
  #recorded: JournalEvent[] = [];

  /**
   * Site rules are left out: a journal does not have the PINs that were given, nor who stood open or waited when. What they
   * denied then is not decided again.
   */
  constructor(parts: RerunParts) {
    const accessPoints = parts.config.accessPoints.map((door) => ({ ...door, siteRules: noSiteRules }));
    this.#parts = { ...parts, config: { ...parts.config, accessPoints } };
    const lines = parts.config.accessPoints.map(({ id, lock }) => ({ accessPoint: id, failSafe: lock.failSafe }));
    this.#locks = new MemoryLocks(lines, () => {});
  }

  /** Every tap of the events, with what was decided then and what is decided now. */
  *compare(events: Iterable<JournalEvent>): Generator<Compared> {
    try {
      for (const event of events) {
        const started = event.type === 'controller.started' && event.data.reason !== 'reload';
        if (started) this.#end();
        if (event.type === 'command.applied' || event.type === 'command.refused') this.#command(event);
        if (!taps.includes(event.type)) continue;
        yield event.data.source === 'app' ? this.#admit(event) : this.#tap(event);
      }
    } finally {
      this.#end();
    }
  }

  /** What was commanded then is commanded again: the doors are in the modes that they were in, who is inside is inside. */
  #command(event: JournalEvent): void {
    const command = commandOf(event.data);
    if (command === null) return;
    const byHand = command.type === 'checkin' || command.type === 'checkout';
    const doors = isDoorCommand(command) && event.type === 'command.applied';
    if (byHand || doors) this.#at(event).controller.command(command);
  }

  /** Somebody asked in an app: what their door answered is beside the command. */
  #admit(event: JournalEvent): Compared {
    const then = answerOf(event);
    const { accessPoint = '' } = event;
    const customer = textOf(recordOf(event.data.holder).id) ?? '';
    const { controller } = this.#at(event);
    this.#recorded = [];
    controller.command({ type: 'admit', customer, accessPoint, by: 'replay' });
    const found = this.#recorded.find(({ type }) => taps.includes(type));
    if (found === undefined) return { event, then, now: null, differs: false };
    const now = answerOf(found);
    const differs = then.reason !== 'storage-failed' && (now.decision !== then.decision || now.reason !== then.reason);
    return { event, then, now, differs };
  }

  #tap(event: JournalEvent): Compared {
    const { presenter, config } = this.#parts;
    const then = answerOf(event);
    const { decision } = then;
    const life = this.#at(event);
    this.#recorded = [];
    const presented = presenter.presented(event.data.credential);
    const reader = config.readers.find(({ id }) => id === event.reader);
    // One that had waited for too long was never decided.
    const isDecided = then.reason !== 'stale' && !siteRuleReasons.some((code) => code === then.reason);
    if (presented === null || reader === undefined || !isDecided) return { event, then, now: null, differs: false };
    const { granted, reason, events } = life.controller.tap(reader.id, presented);
    const now: Answer = { decision: granted ? 'granted' : 'denied', reason };
    const repeats = event.type === 'access.repeated' || events[0]?.type === 'access.repeated';
    // A repeat was not decided: it has the reason of the grant before it. A failing disk is no answer of the rules.
    const same = then.reason === 'storage-failed' || (repeats && now.decision === decision);
    return { event, then, now, differs: !same && (now.decision !== decision || now.reason !== then.reason) };
  }

  /** The life that runs at that moment: time passes up to it, or the machine was booted in between. */
  #at({ time, clock: { boot, sinceBootMs, synchronised } }: JournalEvent): Life {
    const wallMs = Date.parse(time);
    if (this.#clock === null || boot !== this.#boot) {
      this.#end();
      this.#clock = new VirtualClock(wallMs, boot, sinceBootMs);
      this.#boot = boot;
    }
    const before = this.#clock.now();
    this.#clock.advance(Math.max(sinceBootMs - before.sinceBootMs, 0));
    const expected = this.#clock.now();
    const stepped = Math.abs(expected.wallMs - wallMs) >= 1000 || expected.synchronised !== synchronised;
    this.#clock.step(wallMs, synchronised);
    this.#life ??= this.#begin(this.#clock);
    if (stepped) this.#life.controller.clockStepped();
    return this.#life;
  }

  #begin(clock: VirtualClock): Life {
    const { config, file, random, log, replica } = this.#parts;
    const recorded = (events: readonly JournalEvent[]): void => void this.#recorded.push(...events);
    const parts = { config, file, clock, random, replica: replica(), locks: this.#locks, recorded, log };
    const life = new Life(parts);
    life.controller.start();
    return life;
  }

  #end(): void {
    this.#life?.end();
    this.#life = null;
  }
}
