// Errors of a backup that is read name it, whoever reads it and for what.

import { BackupError } from './error.ts';

/** @throws BackupError with the name of the file in front; what is neither a backup's nor the file system's as it is. */
export async function naming<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BackupError && error.code !== 'interrupted') {
      throw new BackupError(error.code, `${file}: ${error.message}`, error);
    }
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!(error instanceof Error) || !/^E[A-Z]+$/.test(code)) throw error;
    const own = 'path' in error && error.path === file;
    throw new BackupError('storage', own ? ownFault(file, code, error.message) : fault(file, error.message), error);
  }
}

function ownFault(file: string, code: string, message: string): string {
  if (code === 'ENOENT') return `${file}: no such file`;
  if (code === 'EACCES') return `${file} may not be read by this user: use sudo, or become its owner (ls -l ${file})`;
  return fault(file, message);
}

function fault(file: string, message: string): string {
  return `${file} cannot be read or unpacked (${message}): check disk and rights`;
}
