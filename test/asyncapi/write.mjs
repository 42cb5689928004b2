#!/usr/bin/env node
// npm run asyncapi: writes docs/asyncapi.yaml anew. A test holds it to what this would write.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'vite';

const root = join(import.meta.dirname, '../..');
const settings = {
  configFile: false,
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, watch: null, ws: false },
};
const server = await createServer({ root, ...settings });
try {
  const { asyncApiText } = await server.ssrLoadModule('/test/asyncapi/document.ts');
  writeFileSync(join(root, 'docs', 'asyncapi.yaml'), asyncApiText());
} finally {
  await server.close();
}
