// `cardea check FILE`: everything that is wrong in a controller's or an office's config, and nothing else is touched.

import type { Command } from 'commander';
import { parseDocument } from '../../../config/document.ts';
import { parseControllerConfig, parseOfficeConfig } from '../../../config/load.ts';
import { FileError, formatProblem, type Problem } from '../../../config/problem.ts';
import { recordOf } from '../../../config/raw.ts';
import { maxConfigBytes } from '../../../config/source/limits.ts';
import { readText } from '../../../config/source/read-file.ts';
import { CliError } from '../cli-error.ts';
import type { Io } from '../io.ts';

type Kind = 'controller' | 'office';

interface Verdict {
  /** null where the file cannot be read at all. */
  readonly kind: Kind | null;
  /** Errors first, then warnings. */
  readonly problems: readonly Problem[];
}

export function registerCheck(program: Command, io: Io): void {
  program
    .command('check')
    .description("says everything that is wrong in a config, a controller's or an office's: errors, then warnings")
    .argument('<file>', 'the config')
    .option('--json', 'one JSON object: {file, kind, ok, problems}')
    .addHelpText('after', '\nExample:\n  cardea check /etc/cardea/controller.yaml')
    .action((file: string, options: { json?: boolean }) => {
      const { kind, problems } = judge(file);
      const errors = problems.filter(({ severity }) => severity === 'error').length;
      if (options.json === true) io.out(JSON.stringify({ file, kind, ok: errors === 0, problems }));
      else if (errors > 0) throw new FileError(file, problems);
      else for (const warning of problems) io.out(formatProblem(warning));
      if (errors > 0) throw new CliError('bad-file', `${file}: ${counted(errors, 'error')}: mend what is listed`, 2);
      if (options.json !== true) io.out(`${file}: right, as the config of ${kindWords(kind)}${tail(problems.length)}`);
    });
}

function judge(file: string): Verdict {
  let kind: Kind | null = null;
  try {
    const text = readText(file, maxConfigBytes);
    kind = kindOf(text, file);
    const parse = kind === 'office' ? parseOfficeConfig : parseControllerConfig;
    return { kind, problems: parse(text, file).warnings };
  } catch (error) {
    if (error instanceof FileError) return { kind, problems: error.problems };
    throw error;
  }
}

/** An office's config is known by its own keys. */
function kindOf(text: string, file: string): Kind {
  const value = recordOf(parseDocument(text, file).value);
  return 'store' in value || 'controllers' in value ? 'office' : 'controller';
}

function kindWords(kind: Kind | null): string {
  return kind === 'office' ? 'an office' : 'a controller';
}

function tail(warnings: number): string {
  return warnings === 0 ? '' : `, with ${counted(warnings, 'warning')}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
