// All doors of a controller: made from a config, with the modes that outlive the program and its configs; each input told to
// the doors that it is for. A fire input frees the doors that its config names.

import type { StateChange } from '../../access/change.ts';
import { newDoor, type SavedDoor } from '../../access/door/state.ts';
import type { EventDraft } from '../../access/event.ts';
import type { AccessPointConfig, InputName } from '../../config/types.ts';
import { Door, type DoorParts } from './door.ts';

/** What is told, and what changes, where releases end with their doors. */
export interface EndedReleases {
  readonly drafts: readonly EventDraft[];
  readonly changes: readonly StateChange[];
}

export class AccessPoints {
  readonly #parts: DoorParts;
  readonly #doors = new Map<string, Door>();
  /** Of doors that no config names now. */
  readonly #saved: Map<string, SavedDoor>;
  /** Ids of the access points whose fire input is active. */
  readonly #fires = new Set<string>();

  constructor(parts: DoorParts, saved: ReadonlyMap<string, SavedDoor>) {
    this.#parts = parts;
    this.#saved = new Map(saved);
  }

  get(id: string): Door | undefined {
    return this.#doors.get(id);
  }

  all(): readonly Door[] {
    return [...this.#doors.values()];
  }

  /** Id of a door of the same interlock through which somebody can pass now; null: there is none. */
  interlockedBy({ config: { id, siteRules } }: Door): string | null {
    if (siteRules.interlock === null) return null;
    const others = this.all().filter(({ config }) => config.siteRules.interlock === siteRules.interlock);
    return others.find(({ config, isPassable }) => config.id !== id && isPassable)?.config.id ?? null;
  }

  /**
   * Goes on with these access points. A door that is kept goes on as it is; one that is made anew keeps its modes, and a
   * release that ran ends; one that is gone is left safe. Lines are set by `assert`.
   * @returns what is to be recorded of the releases that ended.
   */
  follow(configs: readonly AccessPointConfig[], kept: ReadonlySet<string>): EndedReleases {
    const ended: { drafts: EventDraft[]; changes: StateChange[] } = { drafts: [], changes: [] };
    const before = new Map(this.#doors);
    for (const [id, door] of before) this.#saved.set(id, door.saved);
    this.#doors.clear();
    for (const config of configs) {
      const old = before.get(config.id);
      const made = (): Door => new Door(config, this.#savedOf(config, configs), this.#parts);
      this.#doors.set(config.id, old !== undefined && kept.has(config.id) ? old : made());
    }
    for (const [id, door] of before) {
      if (this.#doors.get(id) === door) continue;
      const { drafts, changes } = door.endedRelease();
      ended.drafts.push(...drafts);
      ended.changes.push(...changes);
      if (this.#doors.has(id)) door.retire();
      else door.stop();
    }
    return ended;
  }

  /** Brings each door to what is in force now, with the fires that free it. */
  settle(): void {
    for (const id of this.#fires) if (this.#doors.get(id)?.config.fire == null) this.#fires.delete(id);
    for (const door of this.#doors.values()) {
      door.settle();
      const fires = [...this.#fires].filter((from) => this.#freedBy(from).includes(door.config.id));
      for (const from of door.fires) if (!fires.includes(from)) door.step({ do: 'fire', from, active: false });
      for (const from of fires) door.step({ do: 'fire', from, active: true });
    }
  }

  /** A new level of an input; `help` is no door's. @param atMs when it came, milliseconds since boot. */
  input(door: Door, name: Exclude<InputName, 'help'>, active: boolean, atMs: number): void {
    if (name === 'contact') door.step({ do: 'contact', open: active, atMs });
    else if (name === 'requestToExit') door.step({ do: 'request-to-exit', active, atMs });
    else if (name === 'tamper') door.step({ do: 'tamper', active });
    else this.#fire(door.config.id, active, atMs);
  }

  assert(): void {
    for (const door of this.#doors.values()) door.assert();
  }

  stop(): void {
    for (const door of this.#doors.values()) door.stop();
  }

  #fire(from: string, active: boolean, atMs: number): void {
    if (this.#fires.has(from) === active) return;
    if (active) this.#fires.add(from);
    else this.#fires.delete(from);
    const freed = this.#freedBy(from);
    if (!freed.includes(from)) {
      this.#parts.record([{ type: active ? 'fire.activated' : 'fire.cleared', accessPoint: from, data: {} }], []);
    }
    for (const id of freed) this.#doors.get(id)?.step({ do: 'fire', from, active, atMs });
  }

  /** Its own door first: what happened there is recorded before what follows from it. */
  #freedBy(from: string): readonly string[] {
    const frees = this.#doors.get(from)?.config.fire?.frees ?? [];
    return frees.includes(from) ? [from, ...frees.filter((id) => id !== from)] : frees;
  }

  /** A door that is new in a space that is in lockdown as a whole is in lockdown too. */
  #savedOf({ id, space }: AccessPointConfig, configs: readonly AccessPointConfig[]): SavedDoor {
    const saved = this.#saved.get(id);
    if (saved !== undefined) return saved;
    const others = configs.flatMap((other) => (other.space === space ? (this.#saved.get(other.id) ?? []) : []));
    const lockdown = others.map(({ settings }) => settings.lockdown).find((setting) => setting?.spaceWide === true);
    return lockdown == null ? newDoor : { ...newDoor, settings: { ...newDoor.settings, lockdown } };
  }
}
