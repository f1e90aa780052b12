import type { Flag } from './flag-types';
import { type FlagSections, type FlagSet, flagName, type Program } from './flags';

/** What `--help` prints: what the program is for, then its flags by section. */
export function helpText(program: Program<FlagSections>): string {
  const sections = Object.values(program.sections).map(({ title, flags }) => sectionText(title, flagLines(flags)));
  const global = sectionText('Global', [
    ['  -h, --help', `help for ${program.name}`],
    ['      --version', 'Print version information and quit'],
  ]);
  return [program.description, '', 'Usage:', `  ${program.name} [flags]`, '', ...sections, global].join('\n').trimEnd();
}

type Line = readonly [usage: string, help: string];

function sectionText(title: string, lines: readonly Line[]): string {
  const width = Math.max(...lines.map(([usage]) => usage.length));
  return [`${title} flags:`, '', ...lines.map(([usage, help]) => `${usage.padEnd(width)}   ${help}`), ''].join('\n');
}

function flagLines(flags: FlagSet): Line[] {
  return Object.entries(flags)
    .map(([option, flag]): [string, Flag<unknown>] => [flagName(option), flag])
    .filter(([, flag]) => !flag.deprecated)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flag]) => [usageText(name, flag), flag.help + (flag.defaultText && ` (default ${flag.defaultText})`)]);
}

function usageText(name: string, { shorthand, valueName }: Flag<unknown>): string {
  const names = shorthand ? `  -${shorthand}, --${name}` : `      --${name}`;
  return valueName ? `${names} ${valueName}` : names;
}
