const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);

/** Whether something failed for want of room on a disk. */
export function isDiskFull(error: unknown): boolean {
  return typeof error === 'object' && error !== null && FULL.has(Reflect.get(error, 'code'));
}

/** A disk that has no room for what a process logs is no reason to end it: what does not fit is lost. Other errors of the two outputs end it as before. */
export function outliveFullDisk(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (!isDiskFull(error)) throw error;
    });
  }
}
