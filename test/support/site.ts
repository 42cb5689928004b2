// A site in memory, as plain objects: what a unit test says about it, and the defaults for the rest. It answers a
// decision's questions and carries out its changes, without a database.

import type { StateChange } from '../../access/change.ts';
import { decide } from '../../access/entry/decide.ts';
import type { AccessPoint, Ruling, Tap } from '../../access/entry/tap.ts';
import type {
  Facts,
  HeldCredential,
  Inside,
  LocalUse,
  Presence,
  Proposal,
  Visit,
  VisitorInside,
} from '../../access/facts.ts';
import type {
  AccessRule,
  Booking,
  Contract,
  Credential,
  Customer,
  Pass,
  Plan,
  PlanUsage,
  Resource,
  Space,
  TimePass,
  Visitor,
} from '../../access/model.ts';
import { siteOf } from '../../access/site.ts';
import { noSiteRules } from '../../access/site-rules/settings.ts';
import { space } from './records.ts';

export function accessPoint(with_: Partial<AccessPoint> = {}): AccessPoint {
  return {
    id: 'main',
    space: 'berlin',
    kind: 'entrance',
    policy: 'strict',
    exit: 'free',
    toggleMinStayMs: 60_000,
    siteRules: noSiteRules,
    ...with_,
  };
}

export interface SiteParts {
  readonly spaces?: readonly Space[];
  readonly timePasses?: readonly TimePass[];
  readonly plans?: readonly Plan[];
  readonly customer?: Partial<Customer>;
  readonly passes?: readonly Pass[];
  readonly contracts?: readonly Contract[];
  readonly bookings?: readonly Booking[];
  readonly visitors?: readonly Visitor[];
  readonly planUsage?: readonly PlanUsage[];
  readonly resources?: readonly Resource[];
  readonly rules?: readonly AccessRule[];
  readonly credential?: Partial<Credential>;
  /** null: nobody has it. Undefined: ana. */
  readonly holder?: HeldCredential['holder'];
  /** Nobody knows the credential. */
  readonly unknown?: boolean;
}

/** One customer, ana, with one card; everything else as the parts say. */
export class MemorySite implements Facts {
  readonly site: Facts['site'];
  readonly parts: SiteParts;
  readonly visits = new Map<string, Visit>();
  readonly uses: LocalUse[] = [];
  readonly planUses: PlanUsage[] = [];
  readonly proposed: Proposal[] = [];
  readonly presences = new Map<string, Presence>();
  readonly inside = new Map<string, VisitorInside>();
  readonly #catalogues = new Map<string, Facts['site']>();

  constructor(parts: SiteParts = {}) {
    this.parts = parts;
    const { spaces = [space()], timePasses = [], plans = [], resources = [], rules = [] } = parts;
    const none = { teams: [], staff: [], unlockSchedules: [] };
    this.site = siteOf(1, { ...none, spaces, timePasses, plans, resources, accessRules: rules });
  }

  credential(): HeldCredential | undefined {
    if (this.parts.unknown === true) return undefined;
    const credential: Credential = {
      id: 'c-ana',
      type: 'card',
      customer: 'ana',
      status: 'active',
      validFrom: null,
      expires: null,
      extendedUnlock: false,
      duress: false,
      ...this.parts.credential,
    };
    return { credential, holder: this.parts.holder ?? { kind: 'customer', id: 'ana' } };
  }

  customer(id: string): Customer | undefined {
    const ana = { id: 'ana', name: 'Ana', registeredWith: ['berlin'], teams: ['acme'], disabled: false };
    return id === 'ana' ? { ...ana, ...this.parts.customer } : undefined;
  }

  contracts(): readonly Contract[] {
    return this.parts.contracts ?? [];
  }

  passes(): readonly Pass[] {
    return this.parts.passes ?? [];
  }

  bookings(): readonly Booking[] {
    return this.parts.bookings ?? [];
  }

  visitor(id: string): Visitor | undefined {
    return this.parts.visitors?.find((visitor) => visitor.id === id);
  }

  planUsage(): readonly PlanUsage[] {
    return this.parts.planUsage ?? [];
  }

  openVisit(customer: string): Visit | undefined {
    return [...this.visits.values()].find((visit) => visit.customer === customer);
  }

  catalogueOf(visit: string): Facts['site'] | undefined {
    return this.#catalogues.get(visit);
  }

  presence(customer: string): Presence | undefined {
    return this.presences.get(customer);
  }

  visitorInside(visitor: string): VisitorInside | undefined {
    return this.inside.get(visitor);
  }

  localUse(passes: readonly string[]): readonly LocalUse[] {
    return this.uses.filter((use) => passes.includes(use.pass));
  }

  planUse(customer: string): readonly PlanUsage[] {
    return this.planUses.filter((use) => use.customer === customer);
  }

  proposals(customer: string, businessDay: string): readonly Proposal[] {
    return this.proposed.filter((p) => p.customer === customer && p.businessDay === businessDay);
  }

  insideOnPasses(): readonly Inside[] {
    const open = [...this.visits.values()].filter(
      ({ coverage }) => coverage === 'pass' || coverage === 'pay-as-you-go',
    );
    return open.map(({ id: visit, customer, pass: held }) => ({
      visit,
      customer,
      pass: held?.id ?? null,
    }));
  }

  // Site rules have tests of their own, on the real journal: here nothing is remembered of them.
  whereabouts(): undefined {}

  attempts(): undefined {}

  waitingAt(): undefined {}

  peopleInside(): [] {
    return [];
  }

  apply(changes: readonly StateChange[]): void {
    for (const change of changes) {
      if (change.do === 'open-visit') {
        this.visits.set(change.visit.id, change.visit);
        this.#catalogues.set(change.visit.id, this.site);
      } else if (change.do === 'close-visit') this.visits.delete(change.visit);
      else if (change.do === 'use') this.uses.push(change.use);
      else if (change.do === 'plan-use') this.planUses.push(change.use);
      else if (change.do === 'propose') this.proposed.push(change.proposal);
      else if (change.do === 'present') this.presences.set(change.presence.customer, change.presence);
      else if (change.do === 'absent') this.presences.delete(change.customer);
      else if (change.do === 'visitor-in') {
        const { visitor, space, sinceMs, boot, sinceBootMs } = change;
        this.inside.set(visitor, { space, sinceMs, boot, sinceBootMs });
      } else if (change.do === 'visitor-out') this.inside.delete(change.visitor);
      else if (change.do === 'seen') {
        const visit = this.visits.get(change.visit);
        if (visit !== undefined) this.visits.set(visit.id, { ...visit, lastSeenMs: change.at.wallMs });
      }
    }
  }
}

export interface TapParts extends Partial<Pick<Tap, 'mode' | 'modeBy' | 'commandedBy'>> {
  readonly direction?: Tap['reader']['direction'];
  readonly at?: Partial<AccessPoint>;
}

let taps = 0;

/** One tap of the card at that instant (ISO 8601); its changes are carried out. */
export function tapAt(site: MemorySite, time: string, parts: TapParts = {}): Ruling {
  const wallMs = Date.parse(time);
  taps += 1;
  const ruling = decide({
    at: { wallMs, sinceBootMs: wallMs, boot: 'boot', synchronised: true },
    id: `tap-${taps}`,
    accessPoint: accessPoint(parts.at),
    mode: parts.mode ?? 'controlled',
    modeBy: parts.modeBy ?? 'command',
    ...(parts.commandedBy === undefined ? {} : { commandedBy: parts.commandedBy }),
    reader: { id: 'reader', direction: parts.direction ?? 'in' },
    credential: { type: 'card', hash: '00' },
    facts: site,
    settings: {
      bookingLeadMs: 600_000,
      bookingTailMs: 600_000,
      visitorLeadMs: 1_800_000,
      presumedExitMs: 21_600_000,
    },
  });
  site.apply(ruling.changes);
  return ruling;
}

/** The data of the first record of that type. */
export function dataOf(ruling: Pick<Ruling, 'drafts'>, type: string): Ruling['drafts'][number]['data'] | undefined {
  return ruling.drafts.find((draft) => draft.type === type)?.data;
}
