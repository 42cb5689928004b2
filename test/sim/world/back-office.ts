// Who works at the office: gives it new revisions, in which what its records tell of use is counted, and sends commands to
// doors. Reads the records as any other program would, with a handle of its own.

import Database from 'better-sqlite3';
import type { Command } from '../../../access/command/command.ts';
import { parseReplicaDocument } from '../../../config/load.ts';
import { importReplica } from '../../../sync/office/import/import.ts';
import { addCommand } from '../../../sync/office/store/commands.ts';
import type { Dice } from './dice.ts';
import type { History } from './history.ts';
import type { Members } from './members.ts';
import type { OfficeMachine } from './office.ts';
import type { SimSite } from './site.ts';

interface EventRow {
  readonly seq: number;
  readonly body: string;
}

interface UseData {
  readonly visit?: string;
  readonly customer?: string;
  readonly pass?: string;
  readonly businessDay?: string;
  readonly usage?: readonly { readonly pass: string; readonly minutes?: number; readonly businessDay?: string }[];
}

const commandLifeMs = 30_000;

export class BackOffice {
  readonly #office: OfficeMachine;
  readonly #site: SimSite;
  readonly #members: Members;
  readonly #dice: Dice;
  readonly #history: History;
  readonly #counted = new Map<string, { controller: string; epoch: string; through: number }>();
  /** Of visits that began: who made them. */
  readonly #visitors = new Map<string, string>();
  #commands = 0;

  constructor(office: OfficeMachine, site: SimSite, members: Members, dice: Dice, history: History) {
    this.#office = office;
    this.#site = site;
    this.#members = members;
    this.#dice = dice;
    this.#history = history;
  }

  /** @param changes how many things change; the first revision is the document as it is. */
  revise(changes: number): void {
    this.#office.act((store, nowMs) => {
      for (let n = 0; n < changes; n++) this.#members.change();
      if (this.#dice.chance(0.6)) this.#countUse();
      const document = this.#members.document([...this.#counted.values()]);
      const parsed = parseReplicaDocument(JSON.stringify(document), 'replica.json').document;
      const { revision } = importReplica(store, parsed, { force: true, nowMs });
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

  /** All that is on the office's disk by now, once. */
  #countUse(): void {
    const db = new Database(this.#office.file, { readonly: true });
    try {
      const journals = db
        .prepare<[], { controller: string; epoch: string }>('SELECT controller, epoch FROM cursors ORDER BY 1, 2')
        .all();
      const after = db.prepare<[string, string, number], EventRow>(
        'SELECT seq, body FROM events WHERE controller = ? AND epoch = ? AND seq > ? ORDER BY seq',
      );
      for (const { controller, epoch } of journals) {
        const key = `${controller}/${epoch}`;
        const counted = this.#counted.get(key) ?? { controller, epoch, through: 0 };
        for (const { seq, body } of after.iterate(controller, epoch, counted.through)) {
          counted.through = seq;
          this.#count(JSON.parse(body));
        }
        if (counted.through > 0) this.#counted.set(key, counted);
      }
    } finally {
      db.close();
    }
  }

  #count({ type, data }: { type: string; data: UseData }): void {
    const { visit = '', customer, pass, businessDay, usage = [] } = data;
    if (type === 'checkin.recorded' && customer !== undefined) this.#visitors.set(visit, customer);
    const who = this.#visitors.get(visit) ?? customer ?? '';
    if (type === 'pass.used' && pass !== undefined && businessDay !== undefined) {
      this.#members.use({ pass, customer: who, businessDay });
    }
    if (type !== 'checkout.recorded') return;
    for (const use of usage) this.#members.use({ customer: who, ...use });
    this.#visitors.delete(visit);
  }
}
