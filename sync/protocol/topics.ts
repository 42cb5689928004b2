// Every topic of the wire (interfaces.md section 6), built and read in this one place. A site or a controller can never
// contain a level separator or a wildcard.

/** Base of everything a site says. */
function base(site: string): string {
  return `cardea/1/${id(site)}`;
}

export const controllerTopics = ['events', 'ack', 'status', 'command', 'reply', 'want', 'peers'] as const;
export type ControllerTopic = (typeof controllerTopics)[number];

/** `…/{controller}/events` and its like. */
export function controllerTopic(site: string, controller: string, what: ControllerTopic): string {
  return `${base(site)}/${id(controller)}/${what}`;
}

/** All controllers of a site: what the office subscribes to. */
export function everyControllerTopic(site: string, what: ControllerTopic): string {
  return `${base(site)}/+/${what}`;
}

export function manifestTopic(site: string): string {
  return `${base(site)}/replica/manifest`;
}

/** Broadcast where `controller` is null, else the answer to that controller's want. */
export function chunkTopic(site: string, controller: string | null, revision: number, n: number): string {
  return `${replicaBase(site, controller)}/chunk/${revision}/${n}`;
}

/** Filter that takes the chunks of every revision. */
export function everyChunkTopic(site: string, controller: string | null): string {
  return `${replicaBase(site, controller)}/chunk/+/+`;
}

export function deltaTopic(site: string, controller: string | null): string {
  return `${replicaBase(site, controller)}/delta`;
}

function replicaBase(site: string, controller: string | null): string {
  return controller === null ? `${base(site)}/replica` : `${base(site)}/${id(controller)}/replica`;
}

export type ParsedTopic =
  | { readonly kind: ControllerTopic; readonly site: string; readonly controller: string }
  | { readonly kind: 'manifest'; readonly site: string }
  /** `controller` null: for all. `n` counts from 0. */
  | {
      readonly kind: 'chunk';
      readonly site: string;
      readonly controller: string | null;
      readonly revision: number;
      readonly n: number;
    }
  | { readonly kind: 'delta'; readonly site: string; readonly controller: string | null };

const idForm = '[A-Za-z0-9._-]{1,64}';
const numberForm = '(?:0|[1-9][0-9]{0,14})';
const ownTopic = new RegExp(`^cardea/1/(${idForm})/(${idForm})/(${controllerTopics.join('|')})$`);
const manifest = new RegExp(`^cardea/1/(${idForm})/replica/manifest$`);
const delta = new RegExp(`^cardea/1/(${idForm})/(?:(${idForm})/)?replica/delta$`);
const chunk = new RegExp(`^cardea/1/(${idForm})/(?:(${idForm})/)?replica/chunk/(${numberForm})/(${numberForm})$`);

/** What a topic is; null for one that is none of ours. */
export function parseTopic(topic: string): ParsedTopic | null {
  const own = ownTopic.exec(topic);
  if (own !== null) return { kind: own[3] as ControllerTopic, site: own[1] ?? '', controller: own[2] ?? '' };
  const whole = manifest.exec(topic);
  if (whole !== null) return { kind: 'manifest', site: whole[1] ?? '' };
  const change = delta.exec(topic);
  if (change !== null) return { kind: 'delta', site: change[1] ?? '', controller: change[2] ?? null };
  const piece = chunk.exec(topic);
  if (piece === null) return null;
  const [, site = '', controller = null, revision, n] = piece;
  return { kind: 'chunk', site, controller, revision: Number(revision), n: Number(n) };
}

const wholeId = new RegExp(`^${idForm}$`);

function id(text: string): string {
  if (!wholeId.test(text))
    throw new TypeError(`not an id: ${JSON.stringify(text)}; allowed: 1 to 64 of A-Z a-z 0-9 . _ -`);
  return text;
}
