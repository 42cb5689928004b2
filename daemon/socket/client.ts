// One question to a running daemon, for the commands.

import { connect } from 'node:net';
import type { Json } from '../../access/event.ts';
import { LineSplitter } from './lines.ts';
import { maxAnswerBytes, type SocketAnswer, SocketError, type SocketRequest } from './protocol.ts';

const answerMs = 10_000;

/** @throws SocketError: the daemon's refusal, or `not-running`, `no-access`, `no-answer`. */
export function askDaemon(path: string, request: SocketRequest): Promise<Json> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const fail = (error: SocketError): void => {
      socket.destroy();
      reject(error);
    };
    const splitter = new LineSplitter(maxAnswerBytes, (line) => {
      const answer = readAnswer(line);
      if (answer.ok) {
        socket.end();
        resolve(answer.result);
      } else fail(new SocketError(answer.error.code, answer.error.message));
    });
    socket.setTimeout(answerMs, () => fail(new SocketError('no-answer', `${path}: the daemon does not answer`)));
    socket.on('error', (error) => fail(connectError(path, error)));
    socket.on('close', () => fail(new SocketError('no-answer', `${path}: the daemon ended before it answered`)));
    socket.on('data', (chunk: Buffer) => {
      if (!splitter.push(chunk)) fail(new SocketError('no-answer', `${path}: the answer is too long`));
    });
    socket.on('connect', () => socket.write(`${JSON.stringify({ id: 1, ...request })}\n`));
  });
}

function readAnswer(line: string): SocketAnswer {
  try {
    return JSON.parse(line) as SocketAnswer;
  } catch {
    return { id: null, ok: false, error: { code: 'no-answer', message: 'the answer is no JSON' } };
  }
}

function connectError(path: string, error: Error): SocketError {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM') {
    return new SocketError('no-access', `${path}: not for you: join the socket's group, or use sudo`, error);
  }
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    const advice = 'start it with cardea run --config FILE, or name its socket with --socket';
    return new SocketError('not-running', `${path}: no daemon runs there: ${advice}`, error);
  }
  return new SocketError('no-answer', `${path}: ${error.message}`, error);
}
