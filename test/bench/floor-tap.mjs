// The floor under a tap: read a line from a serial port, make one record durable, write a line to a FIFO. Imports nothing of
// ours. Usage: floor-tap.mjs DEVICE DATABASE FIFO RECORD-BYTES; prints `ready` when it listens.

import { constants, openSync, writeSync } from 'node:fs';
import { ReadlineParser } from '@serialport/parser-readline';
import Database from 'better-sqlite3';
import { SerialPort } from 'serialport';

const [device, file, fifo, recordBytes] = process.argv.slice(2);
const db = new Database(file);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec('CREATE TABLE records (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)');
const insert = db.prepare('INSERT INTO records (body) VALUES (?)');
const filler = 'x'.repeat(Number(recordBytes));
const out = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);

const port = new SerialPort({ path: device, baudRate: 9600, autoOpen: false });
port.pipe(new ReadlineParser({ delimiter: '\n' })).on('data', (line) => {
  insert.run(line + filler.slice(line.length));
  writeSync(out, 'unlocked\n');
});
port.open((error) => {
  if (error !== null) throw error;
  port.flush(() => process.stdout.write('ready\n'));
});
process.on('SIGTERM', () => process.exit(0));
