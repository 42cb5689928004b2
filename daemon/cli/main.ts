// The command line: from arguments to an exit status (interfaces.md section 1). 0 done; 1 it failed, with one line on stderr;
// 2 wrong usage or a bad file, with everything that is wrong in it. Never a stack trace for what a user can mend.

import { Command, CommanderError } from 'commander';
import { CredentialError } from '../../access/credential.ts';
import { FileError } from '../../config/problem.ts';
import { readVersion } from '../version.ts';
import { CliError, OutputClosed } from './cli-error.ts';
import { type Io, processIo } from './io.ts';
import { commands } from './table.ts';

/** Runs one command to its end. @param argv without the program's own name. */
export async function main(argv: string[], io: Io = processIo()): Promise<number> {
  try {
    await execute(argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv, io);
    await io.drained();
    return 0;
  } catch (error) {
    return statusOf(error, io);
  }
}

async function execute(args: string[], io: Io): Promise<void> {
  const program = await programFor(args[0], io);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    // Help and version come as errors with status 0.
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
  }
}

/** The program with the one command that is called, or, to tell of them, with the names of all. */
async function programFor(name: string | undefined, io: Io): Promise<Command> {
  const program = new Command('cardea')
    .description('Access control for coworking spaces: the door decides on its own, the office hears of everything.')
    .version(readVersion())
    .helpCommand(false)
    .showHelpAfterError('(--help says more)')
    .configureOutput({ writeOut: (text) => io.out(trimEnd(text)), writeErr: (text) => io.err(trimEnd(text)) })
    .exitOverride();
  const called = commands.find((entry) => entry.name === name);
  if (called !== undefined) {
    const register = await called.load();
    register(program, io);
    return program;
  }
  for (const { name: known, summary } of commands) program.command(known).description(summary);
  program.addHelpText(
    'after',
    '\nExample:\n  cardea demo             a whole system on this machine, to try things on',
  );
  return program;
}

function trimEnd(text: string): string {
  return text.replace(/\n+$/, '');
}

function statusOf(error: unknown, io: Io): number {
  if (error instanceof OutputClosed) return 0;
  if (error instanceof CommanderError) return 2;
  if (error instanceof FileError) {
    io.err(error.message);
    return 2;
  }
  const message = error instanceof Error ? error.message : String(error);
  io.err(`cardea: ${message.replace(/\s*\n\s*/g, ' ')}`);
  if (error instanceof CredentialError) return 2;
  return error instanceof CliError ? error.status : 1;
}
