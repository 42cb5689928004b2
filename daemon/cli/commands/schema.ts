// `cardea schema`: the shapes of files and events, for editors and other programs.

import { Argument, type Command } from 'commander';
import { jsonSchema, type SchemaName, schemaNames } from '../../../config/json-schema.ts';
import type { Io } from '../io.ts';

export function registerSchema(program: Command, io: Io): void {
  program
    .command('schema')
    .description('prints a JSON Schema (draft 2020-12)')
    .addArgument(new Argument('[name]', 'of what').choices(schemaNames).default('config'))
    .option('--json', 'as always: a schema is JSON')
    .addHelpText('after', '\nExample:\n  cardea schema replica > replica.schema.json')
    .action((name: SchemaName) => io.out(JSON.stringify(jsonSchema(name), null, 2)));
}
