// The OpenAPI document of the office's HTTP interface, as docs/openapi.yaml has it: what the office itself answers with.

import { stringify } from 'yaml';
import { openApi } from '../../sync/office/http/document.ts';

const head = '# Made by `npm run openapi` of the routes under sync/office/http; a test holds it to them.\n';

export function openApiText(): string {
  return head + stringify(openApi(), { lineWidth: 120, aliasDuplicateObjects: false });
}
