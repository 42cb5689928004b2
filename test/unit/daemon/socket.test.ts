// The local socket's parts: lines with a bound, requests that are refused by name, the group by its name, and the server
// with more clients than it takes.

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askDaemon } from '../../../daemon/socket/client.ts';
import { groupId } from '../../../daemon/socket/group.ts';
import { LineSplitter } from '../../../daemon/socket/lines.ts';
import { readRequest, SocketError } from '../../../daemon/socket/protocol.ts';
import { maxClients, openSocketServer, type SocketServer } from '../../../daemon/socket/server.ts';

let folder: string;
const servers: SocketServer[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cardea-socket-'));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function serve(group: string | null = null): Promise<string> {
  const path = join(folder, 'cardea.sock');
  const answer = (): { fine: boolean } => ({ fine: true });
  servers.push(await openSocketServer({ path, group, log: () => {}, answer }));
  return path;
}

describe('lines', () => {
  it('come whole, however they are cut', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter(8, (line) => lines.push(line));
    for (const byte of Buffer.from('one\n\ntwo ü\nrest')) expect(splitter.push(Buffer.of(byte))).toBe(true);
    expect(lines).toEqual(['one', '', 'two ü']);
  });

  it('beyond the bound end the stream, finished or not', () => {
    const splitter = new LineSplitter(8, () => {});
    expect(splitter.push(Buffer.from('12345678\n12345678'))).toBe(true);
    expect(splitter.push(Buffer.from('9'))).toBe(false);
    expect(new LineSplitter(8, () => {}).push(Buffer.from('123456789\n'))).toBe(false);
  });
});

describe('requests', () => {
  it('of another form are refused', () => {
    expect(readRequest('{"do":"tap","reader":"r","credential":"card:1","id":7}')).toEqual({
      id: 7,
      request: { do: 'tap', reader: 'r', credential: 'card:1' },
    });
    for (const line of ['', 'x', '[]', '{"do":"unlock"}', '{"do":"tap","reader":1}', `{"do":"status","id":{}}`]) {
      expect(() => readRequest(line)).toThrow(SocketError);
    }
  });
});

describe('the server', () => {
  it('takes the place of a socket that nobody listens at, and of no other', async () => {
    const path = join(folder, 'cardea.sock');
    const first = createServer();
    await new Promise<void>((resolve) => first.listen(path, resolve));
    await expect(serve()).rejects.toMatchObject({ code: 'socket-in-use' });
    await new Promise((resolve) => first.close(resolve));
    writeFileSync(path, 'no socket');
    await expect(serve()).rejects.toMatchObject({ code: 'socket-failed' });
    rmSync(path);
    await serve();
    expect(statSync(path).mode & 0o777).toBe(0o660);
    expect(await askDaemon(path, { do: 'status' })).toEqual({ fine: true });
  });

  it('refuses a group that the system does not have', async () => {
    await expect(serve('no-such-group-here')).rejects.toMatchObject({ code: 'socket-group' });
    const file = join(folder, 'group');
    writeFileSync(file, 'root:x:0:\ncardea:x:987:sam,ana\nbroken:x:y:\n');
    expect([groupId('cardea', file), groupId('broken', file), groupId('none', file)]).toEqual([987, null, null]);
  });

  it('turns one client more away, and takes the next when one has gone', async () => {
    const path = await serve();
    const clients: Socket[] = [];
    for (let n = 0; n < maxClients; n++) {
      const client = connect(path);
      clients.push(client);
      client.write('{"id":1,"do":"status"}\n');
      await new Promise((resolve) => client.once('data', resolve));
    }
    await expect(askDaemon(path, { do: 'status' })).rejects.toMatchObject({ code: 'no-answer' });
    const [first] = clients;
    await new Promise((resolve) => first?.on('close', resolve).end());
    expect(await askDaemon(path, { do: 'status' })).toEqual({ fine: true });
    for (const client of clients) client.destroy();
  });

  it('says what to do where there is no daemon', async () => {
    await expect(askDaemon(join(folder, 'none.sock'), { do: 'status' })).rejects.toMatchObject({ code: 'not-running' });
  });
});
