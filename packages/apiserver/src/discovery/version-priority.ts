import { GROUP_PRIORITIES } from '@typekube/api';

/** All versions of custom resources have one: among themselves they are ordered by their names. */
const CUSTOM_VERSION_PRIORITY = 100;

/** The `versionPriority` of what this server serves itself. Higher is preferred: stable before beta before alpha, as the numbers that upstream gives its own versions. */
export function versionPriority(group: string, version: string): number {
  if (!Object.hasOwn(GROUP_PRIORITIES, group)) return CUSTOM_VERSION_PRIORITY;
  if (group === '') return 1;
  const [, major = '1', stage, minor = '1'] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
  if (stage === 'alpha') return Number(minor);
  return stage === 'beta' ? 8 + Number(minor) : 15 * Number(major);
}
