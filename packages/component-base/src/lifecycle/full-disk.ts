const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);

/** A disk that has no room for what a process logs is no reason to end it: what does not fit is lost. Other errors of the two outputs end it as before. */
export function outliveFullDisk(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!FULL.has(error.code)) throw error;
    });
  }
}
