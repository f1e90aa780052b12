/** crun's words for a program that cannot be executed. */
const NOT_FOUND = /executable file `[^`]*` not found in \$PATH: No such file or directory/;
const NOT_OPENED = /open executable: (Operation not permitted|Permission denied|Not a directory)/;

/**
 * A failure to start a program as users of Kubernetes know it, from runc, whichever runtime it comes from: other programs look for these words, as for
 * `executable file not found in $PATH`. Other failures stay as they are.
 */
export function startFailureText(text: string, program: string): string {
  return text.replace(NOT_FOUND, () => described(program, 'no such file or directory')).replace(NOT_OPENED, (_all, why: string) => described(program, REASONS[why] ?? why));
}

const REASONS: Readonly<Record<string, string>> = {
  // Of a folder and of what else is no regular file.
  'Operation not permitted': 'permission denied',
  'Permission denied': 'permission denied',
  'Not a directory': 'not a directory',
};

function described(program: string, reason: string): string {
  return `unable to start container process: exec: ${JSON.stringify(program)}: ${wording(program, reason)}`;
}

function wording(program: string, reason: string): string {
  // Without a slash it was looked for by name; and the name of none is found nowhere.
  if (!program.includes('/')) return 'executable file not found in $PATH';
  return reason === 'permission denied' ? reason : `stat ${program}: ${reason}`;
}
