// The names of PC/SC readers: how pcscd lists them, how a config's glob means them, how a message shows them.

const zero = '\0';

/** From the library's list: each name ended by a zero byte, and one more at the end. */
export function listedNames(list: Buffer): string[] {
  return list
    .toString('utf8')
    .split(zero)
    .filter((name) => name !== '');
}

/** `*` is any text, also none, and `?` any one character; all else is itself: names hold brackets. Case counts. */
export function matches(glob: string, name: string): boolean {
  // Where the last star stood, and how far what it stands for reaches: at most one step back for each character.
  let [at, star, reach] = [0, -1, 0];
  for (let i = 0; i < name.length; ) {
    if (glob[at] === '*') {
      star = at++;
      reach = i;
    } else if (at < glob.length && (glob[at] === '?' || glob[at] === name[i])) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++reach;
    } else {
      return false;
    }
  }
  return /^\**$/.test(glob.slice(at));
}

/** For a message: quoted, with whatever a terminal would act on escaped. */
export function shownNames(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  return names.map((name) => JSON.stringify(name.replace(/\p{C}/gu, '?'))).join(', ');
}
