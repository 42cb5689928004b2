// Who works at the office: gives it new revisions, in which what its records tell of use is counted, and sends commands to
// doors. Reads the records as any other program would, with a handle of its own.

import Database from 'better-sqlite3';
import type { Command } from '../../../access/command/command.ts';
import { parseReplicaDocument } from '../../../config/load.ts';
import { importReplica } from '../../../sync/office/import/import.ts';
import { addCommand } from '../../../sync/office/store/commands.ts';
import { keptRecords } from '../check/journals.ts';
import type { Recorded } from '../check/record.ts';
import { unionOf } from '../check/union.ts';
import type { Dice } from './dice.ts';
import type { History } from './history.ts';
import type { Members } from './members.ts';
import type { OfficeMachine } from './office.ts';
import type { SimSite } from './site.ts';

/** How far a journal is counted into the newest revision. */
interface Counted {
  readonly controller: string;
  readonly epoch: string;
  readonly through: number;
}

const commandLifeMs = 30_000;

export class BackOffice {
  readonly #office: OfficeMachine;
  readonly #site: SimSite;
  readonly #members: Members;
  readonly #dice: Dice;
  readonly #history: History;
  readonly #counted = new Map<string, Counted>();
  #revision = 0;
  #commands = 0;

  constructor(office: OfficeMachine, site: SimSite, members: Members, dice: Dice, history: History) {
    this.#office = office;
    this.#site = site;
    this.#members = members;
    this.#dice = dice;
    this.#history = history;
  }

  /**
   * @param changes how many things change; the first revision is the document as it is.
   * @param counts how likely it is that use is counted into it
   */
  revise(changes: number, counts = 0.6): void {
    this.#office.act((store, nowMs) => {
      for (let n = 0; n < changes; n++) this.#members.change();
      if (this.#dice.chance(counts)) this.#countUse();
      const document = this.#members.document([...this.#counted.values()]);
      const parsed = parseReplicaDocument(JSON.stringify(document), 'replica.json').document;
      const { revision } = importReplica(store, parsed, { force: true, nowMs });
      this.#revision = revision;
      this.#history.note(`the office has revision ${revision}`);
    });
  }

  command(): void {
    const controller = this.#dice.pick(this.#site.controllers);
    const accessPoint = this.#dice.pick(controller.doors).id;
    this.#office.act((store, nowMs) => {
      const command = this.#anyCommand(accessPoint, nowMs);
      const id = `cmd-${++this.#commands}`;
      addCommand(store, { id, controller: controller.id, command, nowMs, lifeMs: commandLifeMs });
      this.#history.note(`the office asks ${controller.id}: ${id} ${JSON.stringify(command)}`);
    });
  }

  /** Whoever changed a mode gives the doors back in the end. */
  giveBack(): void {
    for (const { id: controller, doors } of this.#site.controllers) {
      for (const { id: accessPoint } of doors) {
        this.#office.act((store, nowMs) => {
          const command: Command = { type: 'mode', mode: 'controlled', accessPoint, by: 'office' };
          const id = `cmd-${++this.#commands}`;
          addCommand(store, { id, controller, command, nowMs, lifeMs: commandLifeMs });
        });
      }
    }
  }

  #anyCommand(accessPoint: string, nowMs: number): Command {
    const place = { accessPoint, by: 'office' };
    switch (this.#dice.weighed({ unlock: 6, lock: 1, unlocked: 1, locked: 1, lockdown: 1, controlled: 4, test: 1 })) {
      case 'unlock':
        return { type: 'unlock', ...place };
      case 'lock':
        return { type: 'lock', ...place };
      case 'unlocked':
        return { type: 'mode', mode: 'unlocked', untilMs: nowMs + this.#dice.between(5, 60) * 60_000, ...place };
      case 'locked':
        return { type: 'mode', mode: 'locked', ...place };
      case 'lockdown':
        return { type: 'mode', mode: 'lockdown', ...place };
      case 'test':
        return { type: 'test', ...place };
      case 'controlled':
        return { type: 'mode', mode: 'controlled', ...place };
    }
  }

  /** The newest: a document that says nothing new makes none. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether the newest revision counts what a record says. */
  includes({ controller, epoch, seq }: Recorded): boolean {
    return (this.#counted.get(`${controller}/${epoch}`)?.through ?? 0) >= seq;
  }

  /** All that is on the office's disk by now. What is known of a visit may be otherwise later: it is counted anew each time. */
  #countUse(): void {
    const db = new Database(this.#office.file, { readonly: true });
    try {
      const journals = 'SELECT controller, epoch, through FROM cursors WHERE through > 0 ORDER BY 1, 2';
      for (const one of db.prepare<[], Counted>(journals).all()) {
        this.#counted.set(`${one.controller}/${one.epoch}`, one);
      }
    } finally {
      db.close();
    }
    const counted = keptRecords(this.#office.file).filter((record) => this.includes(record));
    this.#members.count(unionOf(counted));
  }
}
