// Where the broker is and how to be let in; the same keys for a controller and for the office.

import { flag, path, text } from '../fields.ts';

export const broker = {
  url: text(2048).describe('mqtts://host:port; mqtt:// only with allowPlain or on this machine'),
  allowPlain: flag(false, 'whether mqtt:// to another machine, unencrypted, is meant'),
  caFile: path.nullable().default(null).describe('PEM certificates to trust (default: those of the system)'),
  certFile: path.nullable().default(null).describe('own PEM certificate, with keyFile (default none)'),
  keyFile: path.nullable().default(null).describe('private key of certFile, PEM (default none)'),
  username: text(256).nullable().default(null).describe('name at the broker, with passwordFile (default none)'),
  passwordFile: path.nullable().default(null).describe('file whose first line is the password (default none)'),
};
