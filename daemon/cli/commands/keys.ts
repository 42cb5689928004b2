// `cardea keys`: makes the keys of a site, and never writes over one.

import { createPublicKey } from 'node:crypto';
import type { Command } from 'commander';
import {
  readPrivateKeyFile,
  readPublicKeyFile,
  writeKeyFiles,
  writeSiteKey,
} from '../../../sync/protocol/key-files.ts';
import { KeyError, keyId } from '../../../sync/protocol/keys.ts';
import type { Io } from '../io.ts';

export function registerKeys(program: Command, io: Io): void {
  const keys = program
    .command('keys')
    .description("makes a controller's or an office's signing key, and a site's credential key")
    .addHelpText('after', '\nExample:\n  cardea keys new keys/front-desk');
  const print = (file: string, id: string, options: { json?: boolean }): void => {
    io.out(options.json === true ? JSON.stringify({ file, keyId: id }) : id);
  };
  keys
    .command('new')
    .description(
      'makes an Ed25519 key pair: the private key in FILE (mode 0600), the public one in FILE.pub; prints its id',
    )
    .argument('<file>', 'where the private key goes; nothing is written over')
    .option('--json', 'one JSON object: {file, keyId}')
    .addHelpText('after', '\nExample:\n  cardea keys new keys/front-desk')
    .action((file: string, options: { json?: boolean }) => print(file, writeKeyFiles(file), options));
  keys
    .command('show')
    .description('prints the id (RFC 7638 thumbprint) of a private or a public key')
    .argument('<file>', 'the key')
    .option('--json', 'one JSON object: {file, keyId}')
    .addHelpText('after', '\nExample:\n  cardea keys show keys/front-desk.pub')
    .action((file: string, options: { json?: boolean }) => print(file, idOf(file), options));
  keys
    .command('site')
    .description("makes a site's credential key: 32 random bytes, base64, mode 0600")
    .argument('<file>', 'where it goes; nothing is written over')
    .addHelpText('after', '\nExample:\n  cardea keys site keys/site')
    .action((file: string) => {
      writeSiteKey(file);
      io.out(`${file}: made; the office and every controller of the site need this same file, and nobody else`);
    });
}

function idOf(file: string): string {
  try {
    return keyId(readPublicKeyFile(file));
  } catch (error) {
    if (!(error instanceof KeyError) || error.code === 'key-missing' || error.code === 'key-unreadable') throw error;
    return keyId(createPublicKey(readPrivateKeyFile(file)));
  }
}
