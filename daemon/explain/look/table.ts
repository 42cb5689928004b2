// Which look belongs to which row of a ruling. A test holds that every row has one.

import { iso } from '../../../access/visit/settle.ts';
import type { Found, Look, Subject } from '../subject.ts';
import { frozen, limits, payAsYouGo, plansWithoutPasses } from './contracts.ts';
import {
  credentialState,
  departs,
  disabled,
  freeExit,
  missingHolder,
  staff,
  unknownCredential,
  visitorState,
} from './holder.ts';
import { chosenPass, noneValid } from './passes.ts';
import { bookedHere, doorAndHours, interior, policy, rights, unlocked, usesPasses, wayOutInside } from './place.ts';
import { antiPassback, interlock, lockOut, occupancy, pin, secondPerson } from './site-rules.ts';
import { openVisit, presence } from './visits.ts';

const untrustedClock: Look = ({ tap }) => ({
  words: 'what the door would answer is not the same at every instant that it may be',
  data: { leastTime: iso(tap.at.wallMs) },
});

export const looks: Readonly<Record<string, Look>> = {
  C1: unknownCredential,
  C2: credentialState,
  free: freeExit,
  holder: missingHolder,
  C3: staff,
  C4: disabled,
  C5: doorAndHours,
  C6: rights,
  'lock-out': lockOut,
  'anti-passback': antiPassback,
  interlock,
  occupancy,
  'second-person': secondPerson,
  pin,
  C7: openVisit,
  C9: visitorState,
  C10: visitorState,
  C11: limits,
  C12: plansWithoutPasses,
  C13: chosenPass,
  C14: payAsYouGo,
  C15: frozen,
  C16: noneValid,
  C17: noneValid,
  'no-passes': usesPasses,
  interior,
  booking: bookedHere,
  policy,
  mode: unlocked,
  departs,
  exit: wayOutInside,
  O1: openVisit,
  O5: presence,
  O6: presence,
  clock: untrustedClock,
};

export function lookAt(row: string, subject: Subject): Found {
  return looks[row]?.(subject) ?? { words: '', data: {} };
}
