// What a webhook can be told of, and in whose order: the record types of each topic, and the queue that a record stands in. Pure.

import type { EventType } from '../../../access/event.ts';

export const webhookTopics = ['check-in', 'check-out', 'rejected', 'visitor', 'charge', 'ticket', 'alarm'] as const;
export type WebhookTopic = (typeof webhookTopics)[number];

const types: { readonly [K in WebhookTopic]: readonly EventType[] } = {
  'check-in': ['checkin.recorded'],
  'check-out': ['checkout.recorded'],
  rejected: ['checkin.rejected'],
  visitor: ['visitor.arrived', 'visitor.departed', 'visitor.refused'],
  charge: ['charge.proposed', 'pass.oversold'],
  ticket: ['help.requested', 'ticket.opened', 'ticket.answered', 'ticket.closed'],
  alarm: [
    'access.duress',
    'credential.alarm',
    'credential.attack',
    'door.forced',
    'door.held',
    'door.secured',
    'fire.activated',
    'fire.cleared',
    'lock.fault',
    'lock.restored',
    'reader.tamper',
    'storage.failed',
    'tamper',
  ],
};

const topics: ReadonlyMap<string, WebhookTopic> = new Map(
  webhookTopics.flatMap((topic) => types[topic].map((type) => [type, topic] as const)),
);

/** undefined: no webhook is told of such records. */
export function topicOf(type: string): WebhookTopic | undefined {
  return topics.get(type);
}

/** Types of records that any webhook is told of. */
export const toldTypes: readonly string[] = [...topics.keys()];

interface Told {
  readonly controller: string;
  readonly accessPoint?: string | undefined;
  readonly data: { readonly [key: string]: unknown };
}

/**
 * Records of one queue are delivered one after the other: those of a customer, of a visitor, and of an access point where they
 * name neither.
 */
export function queueOf({ controller, accessPoint, data }: Told): string {
  const holder = holderOf(data);
  if (holder !== null) return `${holder.kind}/${holder.id}`;
  return `access-point/${controller}/${accessPoint ?? ''}`;
}

/** Whom the record is about; null: nobody who is known. */
export function holderOf(data: Told['data']): { readonly kind: string; readonly id: string } | null {
  const { customer, visitor, holder } = data;
  if (typeof customer === 'string') return { kind: 'customer', id: customer };
  if (typeof visitor === 'string') return { kind: 'visitor', id: visitor };
  if (typeof holder !== 'object' || holder === null || !('kind' in holder) || !('id' in holder)) return null;
  return typeof holder.kind === 'string' && typeof holder.id === 'string' ? { kind: holder.kind, id: holder.id } : null;
}
