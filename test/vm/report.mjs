// The transcript: what was looked at, what was seen, and the sum at the end.

export class Report {
  passed = 0;
  failed = 0;

  section(title) {
    console.log(`\n== ${title}`);
  }

  /** What is seen on the way and proves nothing; text of several lines is indented. */
  note(text) {
    console.log(text.replaceAll(/^/gm, '     '));
  }

  /** One thing that must hold: `look` throws where it does not, and may give back words on what was seen. */
  async check(what, look) {
    try {
      const seen = await look();
      this.passed += 1;
      const words = typeof seen === 'string' ? seen.trim() : '';
      const short = words !== '' && !words.includes('\n');
      console.log(`ok   ${what}${short ? ` (${words})` : ''}`);
      if (words !== '' && !short) this.note(words);
      return true;
    } catch (error) {
      this.failed += 1;
      console.log(`FAIL ${what}`);
      this.note(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  sum() {
    console.log(`\n${this.passed} passed, ${this.failed} failed`);
    return this.failed === 0 && this.passed > 0;
  }
}

/** @throws Error with both, where they differ. */
export function same(seen, wanted, what) {
  const [a, b] = [JSON.stringify(seen), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: ${a} was seen, ${b} was expected`);
}
