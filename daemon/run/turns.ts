// One thing at a time: a reload that is under way is finished before the next thing begins, and nothing begins after the end.

export class Turns {
  #last: Promise<void> = Promise.resolve();
  /** The reload that has not begun yet: it will read what everybody wants read who asks until then. */
  #waiting: Promise<void> | null = null;
  #ending = false;

  /** At most one waits behind the one that runs; who asks meanwhile is answered by it. Rejects with what `work` rejects with. */
  reload(work: () => Promise<void>): Promise<void> {
    this.#waiting ??= this.#next(async () => {
      this.#waiting = null;
      if (!this.#ending) await work();
    });
    return this.#waiting;
  }

  /** After what is under way, however that ended. May be called twice. */
  end(work: () => Promise<void>): Promise<void> {
    this.#ending = true;
    return this.#next(work);
  }

  #next(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(work);
    // How it ended is for whoever asked for it.
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
