#!/usr/bin/env node
// npm run openapi: writes docs/openapi.yaml anew. A test holds it to what this would write.

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
  const { openApiText } = await server.ssrLoadModule('/test/openapi/document.ts');
  writeFileSync(join(root, 'docs', 'openapi.yaml'), openApiText());
} finally {
  await server.close();
}
