// The outside end of one of the guest's serial ports: bytes in, lines out.

import { connect } from 'node:net';

const patienceMs = 120_000;

export class Cable {
  /** Every line that came so far, without its ending. */
  lines = [];
  #socket;
  #rest = '';
  #waiting = new Set();

  static plug(path) {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      socket.once('error', reject).once('connect', () => resolve(new Cable(socket)));
    });
  }

  constructor(socket) {
    this.#socket = socket;
    socket.on('error', () => {}).on('data', (bytes) => this.#hear(bytes.toString('latin1')));
  }

  send(text) {
    this.#socket.write(text);
  }

  /** Settles as soon as the `from`th line or one behind it fits; with its place. */
  async line(pattern, from = 0) {
    const find = () => this.lines.findIndex((line, place) => place >= from && pattern.test(line));
    const found = find();
    if (found >= 0) return found;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.#waiting.delete(look);
        const heard = this.lines.slice(from).join('\n') || 'nothing';
        reject(new Error(`no line like ${pattern} within ${patienceMs / 1000} s; heard: ${heard}`));
      }, patienceMs);
      const look = () => {
        const place = find();
        if (place < 0) return;
        clearTimeout(late);
        this.#waiting.delete(look);
        resolve(place);
      };
      this.#waiting.add(look);
    });
  }

  unplug() {
    this.#socket.destroy();
  }

  #hear(text) {
    const parts = (this.#rest + text).split(/\r*\n/);
    this.#rest = parts.pop() ?? '';
    this.lines.push(...parts);
    for (const look of [...this.#waiting]) look();
  }
}
