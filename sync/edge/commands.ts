// Commands on their way to the daemon and their answers back. One that the broker had kept is never carried out; more than a
// few that the daemon has not looked at yet are not let in: the office sends again what gets no answer.

import type { OfficeCommand, Reply } from '../protocol/commands.ts';

export interface CommandParts {
  take(command: OfficeCommand): void;
  /** Lost where there is no connection: a command that comes again is answered again. */
  say(reply: Reply): void;
  refuse(reason: 'retained' | 'busy', detail: string, command: OfficeCommand['said']): void;
}

/** Commands that the daemon has and did not answer yet, at most. */
export const maxUnanswered = 64;

export class Commands {
  readonly #parts: CommandParts;
  #unanswered = 0;

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  /** @param command verified. @param retained the broker had kept it: nobody gave it now. */
  received(command: OfficeCommand, retained: boolean): void {
    const { refuse, take } = this.#parts;
    const { id } = command.order;
    if (retained) refuse('retained', `${id} was kept at the broker`, command.said);
    else if (this.#unanswered >= maxUnanswered) refuse('busy', `${id}: ${maxUnanswered} wait already`, command.said);
    else {
      this.#unanswered++;
      take(command);
    }
  }

  /** @param reply null: it was not looked at, and nothing is said of it. */
  answered(reply: Reply | null): void {
    this.#unanswered = Math.max(this.#unanswered - 1, 0);
    if (reply !== null) this.#parts.say(reply);
  }
}
