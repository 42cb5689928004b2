// The rules alone, on facts that are loaded already, beside two general engines for policies: the same 10,000 customers, the
// same instants, the same question ("may this customer enter here now?"), and the same answers, checked one by one.
//
// What is asked: a resident (a plan that needs no passes) may always enter; whoever holds a full pass, always; whoever holds a
// half pass, from 09:00 to 14:00; nobody else, and nobody whose account is disabled. Ours gives more with its answer (the
// records, what changes, the next valid time): it is timed as it is. Cedar's policies are parsed before, and it is given
// only the entities of the request; casbin has the roles, or a policy line for each customer, in its model before.

import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { newEnforcer, newModelFromString } from 'casbin';
import { decide } from '../../dist/access/entry/decide.js';
import { siteOf } from '../../dist/access/site.js';
import { noSiteRules } from '../../dist/access/site-rules/settings.js';
import { median, rateFigure, say } from './figures.mjs';

const customers = 10_000;
const rounds = 15;
/** Questions a round; to the engine that walks a line a customer, fewer. */
const asked = 2_000;
const askedSlow = 10;
/** Monday 2026-03-02, 10:30 and 15:30 in Berlin, and the minutes of the day that others are told. */
const instants = [
  { ms: Date.UTC(2026, 2, 2, 9, 30), minute: 630 },
  { ms: Date.UTC(2026, 2, 2, 14, 30), minute: 930 },
];
const [space, door, openFrom, openTo] = ['house', 'front-door', 540, 840];

/** Of twenty customers: six residents, seven with a full pass, four with a half one, two with nothing, one disabled. */
function kindOf(index) {
  const place = index % 20;
  if (place < 6) return 'resident';
  if (place < 13) return 'full';
  if (place < 17) return 'half';
  return place < 19 ? 'none' : 'disabled';
}

function expected(index, { minute }) {
  const kind = kindOf(index);
  return kind === 'resident' || kind === 'full' || (kind === 'half' && minute >= openFrom && minute < openTo);
}

const id = (index) => `customer-${index}`;

export async function measureEngines() {
  const engines = { ours: ours(), cedar: cedar(), roles: await casbin(true), lines: await casbin(false) };
  const questions = Array.from({ length: asked }, (_, place) => ({
    index: (place * 7_919) % customers,
    instant: instants[place % instants.length],
  }));
  for (const [name, engine] of Object.entries(engines)) {
    for (const { index, instant } of name === 'lines' ? questions.slice(0, askedSlow) : questions) {
      if (engine(index, instant) !== expected(index, instant)) throw new Error(`${name} decides ${id(index)} wrongly`);
    }
  }
  const rates = measure(engines, questions);
  for (const [name, rate] of Object.entries(rates)) say(`  ${name}: ${Math.round(rate)} decisions a second`);
  const against = (name, rate, goal) => rateFigure(`rules beside ${name}`, rates.ours, rate, '/s', goal);
  return [
    against('cedar', rates.cedar, 2),
    against('casbin with roles', rates.roles, 1),
    against('casbin with a line a customer', rates.lines, 50),
  ];
}

/** In rounds in which all take turns, each time in another order; the median of each. */
function measure(engines, questions) {
  const names = Object.keys(engines);
  const rates = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -2; round < rounds; round++) {
    for (let place = 0; place < names.length; place++) {
      const name = names[(place + round + 2) % names.length];
      const list = name === 'lines' ? questions.slice(0, askedSlow) : questions;
      const from = performance.now();
      for (const { index, instant } of list) engines[name](index, instant);
      // The first rounds only warm the code.
      if (round >= 0) rates[name].push((list.length * 1000) / (performance.now() - from));
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(rates[name])]));
}

function ours() {
  const facts = memoryFacts();
  const place = { id: door, space, kind: 'entrance', policy: 'strict' };
  const accessPoint = { ...place, exit: 'known', toggleMinStayMs: 60_000, siteRules: noSiteRules };
  const minutes = 60_000;
  const settings = {
    bookingLeadMs: 10 * minutes,
    bookingTailMs: 10 * minutes,
    visitorLeadMs: 30 * minutes,
    presumedExitMs: 360 * minutes,
  };
  return (index, { ms }) =>
    decide({
      at: { wallMs: ms, sinceBootMs: 0, boot: 'bench', synchronised: true },
      id: 'visit',
      accessPoint,
      mode: 'controlled',
      modeBy: 'command',
      reader: { id: 'front-in', direction: 'in' },
      credential: { type: 'card', hash: id(index) },
      facts,
      settings,
    }).granted;
}

/** Facts as objects that are there already: a card's hash is its customer's id here. */
function memoryFacts() {
  const site = siteOf(1, {
    spaces: [spaceRecord()],
    plans: [{ id: 'resident', name: 'Resident', usesTimePasses: false, allHours: true, limits: noLimits }],
    timePasses: [
      timePass('full', []),
      timePass('half', [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '09:00', to: '14:00' }]),
    ],
    teams: [],
    staff: [],
    resources: [],
    accessRules: [],
    unlockSchedules: [],
  });
  const people = new Map(Array.from({ length: customers }, (_, index) => [id(index), person(index)]));
  const nothing = [];
  return {
    site,
    credential: (hash) => people.get(hash)?.credential,
    customer: (of) => people.get(of)?.customer,
    contracts: (of) => people.get(of)?.contracts ?? nothing,
    passes: (of) => people.get(of)?.passes ?? nothing,
    bookings: () => nothing,
    visitor: () => undefined,
    planUsage: () => nothing,
    openVisit: () => undefined,
    catalogueOf: () => undefined,
    presence: () => undefined,
    visitorInside: () => undefined,
    localUse: () => nothing,
    planUse: () => nothing,
    proposals: () => nothing,
    insideOnPasses: () => nothing,
  };
}

const noLimits = { daysPerWeek: null, daysPerMonth: null, minutesPerWeek: null, minutesPerMonth: null };

function spaceRecord() {
  const rest = {
    dailyCutOff: '04:00',
    checkInRequiresPass: true,
    passOrder: 'classic',
    openingHours: [],
    closures: [],
  };
  const payAsYouGo = { members: false, contacts: false };
  return { id: space, name: 'House', timeZone: 'Europe/Berlin', currency: 'EUR', ...rest, payAsYouGo };
}

function timePass(name, availability) {
  const sale = { price: '20.00', currency: 'EUR', taxRate: '19', account: null, onSale: true, soldWhole: false };
  const limits = { countsTowardsPlanLimits: false, specialPrices: [], onlyForPlans: [], onlyFor: null };
  return { id: name, name, ...sale, ...limits, minutesIncluded: null, validIn: [], availability, priority: 'normal' };
}

function person(index) {
  const kind = kindOf(index);
  const customer = {
    id: id(index),
    name: id(index),
    registeredWith: [space],
    teams: [],
    disabled: kind === 'disabled',
  };
  const always = { validFrom: null, expires: null, extendedUnlock: false, duress: false };
  const credential = { id: `c-${index}`, type: 'card', customer: customer.id, status: 'active', ...always };
  const own = { customer: customer.id, team: null };
  const unused = {
    remainingMinutes: null,
    usedOn: null,
    usedBy: null,
    validFrom: null,
    expires: null,
    createdAt: null,
  };
  const held = kind === 'full' || kind === 'half' || kind === 'disabled';
  const timePassId = kind === 'half' ? 'half' : 'full';
  return {
    customer,
    credential: { credential, holder: { kind: 'customer', id: customer.id } },
    contracts:
      kind === 'resident'
        ? [{ id: `k-${index}`, ...own, plan: 'resident', from: '2026-01-01', to: null, frozen: [] }]
        : [],
    passes: held ? [{ id: `p-${index}`, timePass: timePassId, ...own, source: 'sold', ...unused }] : [],
  };
}

function cedar() {
  const staticPolicies = `
    permit(principal in Role::"resident", action == Action::"enter", resource == Door::"${door}");
    permit(principal in Role::"full", action == Action::"enter", resource == Door::"${door}");
    permit(principal in Role::"half", action == Action::"enter", resource == Door::"${door}")
      when { context.minute >= ${openFrom} && context.minute < ${openTo} };
    forbid(principal, action == Action::"enter", resource) when { principal.disabled };`;
  const parsed = preparsePolicySet('bench', { staticPolicies, templates: {}, templateLinks: [] });
  if (parsed.type !== 'success') throw new Error(`cedar takes no such policies: ${JSON.stringify(parsed)}`);
  const roleOf = { resident: 'resident', full: 'full', half: 'half', none: null, disabled: 'full' };
  const people = Array.from({ length: customers }, (_, index) => {
    const uid = { type: 'Customer', id: id(index) };
    const role = roleOf[kindOf(index)];
    const parents = role === null ? [] : [{ type: 'Role', id: role }];
    return [{ uid, attrs: { disabled: kindOf(index) === 'disabled' }, parents }];
  });
  const action = { type: 'Action', id: 'enter' };
  const resource = { type: 'Door', id: door };
  return (index, { minute }) => {
    const entities = people[index];
    const [{ uid: principal }] = entities;
    const context = { minute };
    const answer = statefulIsAuthorized({
      principal,
      action,
      resource,
      context,
      preparsedPolicySetId: 'bench',
      entities,
    });
    if (answer.type !== 'success') throw new Error(`cedar cannot answer: ${JSON.stringify(answer)}`);
    return answer.response.decision === 'allow';
  };
}

/** @param roles whether three lines speak of roles that customers have, or one line of each customer */
async function casbin(roles) {
  const model = newModelFromString(`
[request_definition]
r = sub, obj, act, minute
[policy_definition]
p = sub, obj, act, from, to
${roles ? '[role_definition]\ng = _, _' : ''}
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = ${roles ? 'g(r.sub, p.sub)' : 'r.sub == p.sub'} && r.obj == p.obj && r.act == p.act && r.minute >= p.from && r.minute < p.to
`);
  const enforcer = await newEnforcer(model);
  const hours = { resident: ['0', '1440'], full: ['0', '1440'], half: [String(openFrom), String(openTo)] };
  const having = Array.from({ length: customers }, (_, index) => index).filter((index) => kindOf(index) in hours);
  if (roles) {
    await enforcer.addPolicies(Object.entries(hours).map(([role, times]) => [role, door, 'enter', ...times]));
    await enforcer.addGroupingPolicies(having.map((index) => [id(index), kindOf(index)]));
  } else {
    await enforcer.addPolicies(having.map((index) => [id(index), door, 'enter', ...hours[kindOf(index)]]));
  }
  return (index, { minute }) => enforcer.enforceSync(id(index), door, 'enter', minute);
}
