// The user that the service runs as, and the groups through which it reaches its devices and others reach it.

import { type Account, type Group, groupsOf } from '../accounts.ts';
import { area, type Check, installAgain, notApplicable, ok, problem, type Verdict, warning } from '../check.ts';
import type { Machine } from '../machine.ts';
import { drives } from '../needs.ts';
import type { Setup } from '../setup.ts';

interface Facts {
  readonly groups: readonly Group[];
  /** Files that hold udev rules of ours. */
  readonly rules: readonly string[];
}

const ruleFolders = ['/etc/udev/rules.d', '/run/udev/rules.d', '/usr/lib/udev/rules.d', '/lib/udev/rules.d'];
const defaultSocketGroup = 'cardea';

function gather({ tree }: Machine): Facts {
  const rules = ruleFolders.flatMap((folder) =>
    tree.names(folder).flatMap((name) => (/cardea.*\.rules$/.test(name) ? [`${folder}/${name}`] : [])),
  );
  return { groups: groupsOf(tree), rules };
}

const checks: readonly Check<Facts>[] = [
  { id: 'service-user', judge: (_facts, setup) => judgeUser(setup) },
  {
    id: 'group-dialout',
    judge: ({ groups }, setup) =>
      drives(setup.config, 'serial', 'osdp')
        ? judgeMember(groups, 'dialout', setup)
        : notApplicable('no serial port in the config'),
  },
  {
    id: 'group-gpio',
    judge: ({ groups }, setup) =>
      drives(setup.config, 'gpio', 'wiegand')
        ? judgeMember(groups, 'gpio', setup)
        : notApplicable('no GPIO line in the config'),
  },
  { id: 'group-socket', judge: ({ groups }, setup) => judgeSocketGroup(groups, setup) },
  { id: 'udev-rules', judge: ({ rules }, { config }) => judgeRules(rules, config) },
];

function judgeUser({ account, serviceUser, systemd }: Setup): Verdict {
  if (account === null && !systemd) return notApplicable(`there is no user ${serviceUser}, and no systemd to use it`);
  if (account === null) {
    return problem(`there is no user ${serviceUser}`, `sudo systemd-sysusers, or ${installAgain}`);
  }
  if (account.uid !== 0) return ok(`${serviceUser} (${account.uid})`);
  return warning('the service runs as root', 'give it a user of its own: remove User=root from the unit');
}

function judgeMember(groups: readonly Group[], name: string, { account, serviceUser }: Setup): Verdict {
  if (account === null) return notApplicable(`there is no user ${serviceUser}`);
  if (account.uid === 0) return notApplicable('root needs no group');
  const group = groups.find((one) => one.name === name);
  if (group === undefined) {
    return warning(
      `this machine has no group ${name}`,
      `sudo groupadd --system ${name}, with a udev rule that gives it the devices`,
    );
  }
  return isMember(account, group)
    ? ok(`${serviceUser} is in ${name}`)
    : problem(
        `${serviceUser} is not in ${name}`,
        `sudo usermod -aG ${name} ${serviceUser} && sudo systemctl restart cardea`,
      );
}

function isMember({ gids }: Account, { gid }: Group): boolean {
  return gids.includes(gid);
}

function judgeSocketGroup(groups: readonly Group[], { config, account, serviceUser }: Setup): Verdict {
  const named = config?.socketGroup ?? null;
  const name = named ?? defaultSocketGroup;
  const group = groups.find((one) => one.name === name);
  if (group === undefined) {
    const mend = `sudo groupadd --system ${name}`;
    if (named !== null) return problem(`socketGroup: there is no group ${name}: the controller does not start`, mend);
    return warning(`there is no group ${name}: only the service's own user can use the local socket`, mend);
  }
  if (account === null) return notApplicable(`there is no user ${serviceUser}`);
  if (account.uid === 0 || isMember(account, group))
    return ok(`${name}: ${group.members.join(', ') || 'no other members'}`);
  const mend = `sudo usermod -aG ${name} ${serviceUser} && sudo systemctl restart cardea`;
  const found = `${serviceUser} is not in ${name} and cannot give it the local socket`;
  return named === null ? warning(found, mend) : problem(`${found}: the controller does not start`, mend);
}

function judgeRules(rules: readonly string[], config: Setup['config']): Verdict {
  const [first] = rules;
  if (first !== undefined) return ok(first);
  if (!drives(config, 'serial', 'osdp', 'gpio', 'wiegand')) return notApplicable('no device in the config needs them');
  return warning('no udev rules of Cardea: groups and latency of devices are what the system makes them', installAgain);
}

export const user = area('User and groups', gather, checks);
