// Users and groups of the machine, as /etc/passwd and /etc/group name them, and what the permission bits let them do.

import type { Stats } from 'node:fs';
import type { Tree } from '../devices/tree.ts';

export interface Account {
  readonly name: string;
  readonly uid: number;
  /** Primary group first. */
  readonly gids: readonly number[];
}

export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

export function groupsOf(tree: Tree): Group[] {
  return rows(tree, '/etc/group').flatMap(([name, , gid, members = '']) => {
    if (name === undefined || gid === undefined || !/^\d+$/.test(gid)) return [];
    return [{ name, gid: Number(gid), members: members.split(',').filter((member) => member !== '') }];
  });
}

/** @param more groups that the service manager adds. */
export function accountOf(tree: Tree, name: string, more: readonly string[] = []): Account | null {
  const row = rows(tree, '/etc/passwd').find(([found]) => found === name);
  const [, , uid, gid] = row ?? [];
  if (uid === undefined || gid === undefined || !/^\d+$/.test(uid) || !/^\d+$/.test(gid)) return null;
  const groups = groupsOf(tree).filter((group) => group.members.includes(name) || more.includes(group.name));
  return { name, uid: Number(uid), gids: [Number(gid), ...groups.map((group) => group.gid)] };
}

export function userName(tree: Tree, uid: number): string {
  return rows(tree, '/etc/passwd').find(([, , found]) => found === String(uid))?.[0] ?? `user ${uid}`;
}

export function groupName(tree: Tree, gid: number): string {
  return groupsOf(tree).find((group) => group.gid === gid)?.name ?? `group ${gid}`;
}

function rows(tree: Tree, file: string): string[][] {
  return (tree.text(file) ?? '').split('\n').map((line) => line.split(':'));
}

export type Wanted = 'read' | 'write' | 'search';

const bits: Readonly<Record<Wanted, number>> = { read: 4, write: 2, search: 1 };

/** By the permission bits alone (path_resolution(7)): the first of owner, group, others that fits decides. */
export function mayUse(
  { uid, gids }: Account,
  status: Pick<Stats, 'uid' | 'gid' | 'mode'>,
  wanted: readonly Wanted[],
): boolean {
  if (uid === 0) return true;
  const shift = status.uid === uid ? 6 : gids.includes(status.gid) ? 3 : 0;
  return wanted.every((one) => ((status.mode >> shift) & bits[one]) !== 0);
}

/** The first folder on the way to a path that the account may not pass; null where it may pass all. */
export function closedFolder(tree: Tree, account: Account, path: string): string | null {
  const parts = path.split('/').slice(1, -1);
  for (let depth = 1; depth <= parts.length; depth++) {
    const folder = `/${parts.slice(0, depth).join('/')}`;
    const status = tree.status(folder);
    if (status !== null && !mayUse(account, status, ['search'])) return folder;
  }
  return null;
}
