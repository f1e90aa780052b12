import { type PluginSetup, readPluginConfig } from '../plugin-descriptor';
import { isLevel, type LevelVersion, type Mode, parseVersion, type Policy } from './policy';

export interface PodSecurityConfig {
  /** For what a namespace does not say. */
  readonly defaults: Policy;
  readonly usernames: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
  readonly runtimeClasses: ReadonlySet<string>;
}

const FILE = {
  kind: 'PodSecurityConfiguration',
  apiVersions: [
    'pod-security.admission.config.k8s.io/v1',
    'pod-security.admission.config.k8s.io/v1beta1',
    'pod-security.admission.config.k8s.io/v1alpha1',
  ],
  fields: {
    defaults: {
      fields: {
        enforce: 'string',
        'enforce-version': 'string',
        audit: 'string',
        'audit-version': 'string',
        warn: 'string',
        'warn-version': 'string',
      },
    },
    exemptions: { fields: { usernames: { list: 'string' }, namespaces: { list: 'string' }, runtimeClasses: { list: 'string' } } },
  },
} as const;

/** Fails with the field that is wrong. */
export async function readPodSecurityConfig(setup: PluginSetup): Promise<PodSecurityConfig> {
  const { defaults = {}, exemptions = {} } = (await readPluginConfig(setup, FILE)) ?? {};
  const read = (mode: Mode): LevelVersion => readDefault(mode, defaults[mode], defaults[`${mode}-version`]);
  return {
    defaults: { enforce: read('enforce'), audit: read('audit'), warn: read('warn') },
    usernames: new Set(exemptions.usernames),
    namespaces: new Set(exemptions.namespaces),
    runtimeClasses: new Set(exemptions.runtimeClasses),
  };
}

function readDefault(mode: Mode, level = 'privileged', versionText = 'latest'): LevelVersion {
  if (!isLevel(level)) throw new Error(`defaults.${mode}: Invalid value: "${level}": must be one of privileged, baseline, restricted`);
  const version = parseVersion(versionText);
  if (version === undefined) throw new Error(`defaults.${mode}-version: Invalid value: "${versionText}": must be "latest" or "v1.x"`);
  return { level, version };
}
