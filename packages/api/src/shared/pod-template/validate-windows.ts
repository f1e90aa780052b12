import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  isDNS1123Subdomain,
  notSupported,
  required,
} from '@typekube/apimachinery';
import type { corev1 } from '../../types';
import { invalidEach, isMissing } from '../fields/field-rules';
import { visitContainers } from './visit-containers';

const MAX_CREDENTIAL_SPEC_KIB = 64;

export function validateWindowsOptions(options: corev1.WindowsSecurityContextOptions, path: FieldPath): FieldError[] {
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName } = options;
  const errors = name === undefined ? [] : invalidEach(path.child('gmsaCredentialSpecName'), name, isDNS1123Subdomain(name));
  const at = path.child('gmsaCredentialSpec');
  if (spec === '') errors.push(invalid(at, spec, 'gmsaCredentialSpec cannot be an empty string'));
  else if (spec !== undefined && Buffer.byteLength(spec) > MAX_CREDENTIAL_SPEC_KIB * 1024) {
    errors.push(invalid(at, spec, `gmsaCredentialSpec size must be under ${MAX_CREDENTIAL_SPEC_KIB} KiB`));
  }
  if (runAsUserName === undefined) return errors;
  return [...errors, ...invalidEach(path.child('runAsUserName'), runAsUserName, userNameProblems(runAsUserName))];
}

const MAX_DOMAIN_LENGTH = 256;
const MAX_USER_LENGTH = 104;
const CONTROL_CHARACTERS = /[\x00-\x1f\x7f]/;
const NETBIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DNS_LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const DNS = new RegExp(`^${DNS_LABEL}(?:\\.${DNS_LABEL})*$`);

/** What is wrong with `DOMAIN\user` by the naming rules of Windows. */
function userNameProblems(name: string): string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  if (CONTROL_CHARACTERS.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const domain = parts.length === 2 ? parts[0] : undefined;
  const user = parts.at(-1) ?? '';
  return [...(domain === undefined ? [] : domainProblems(domain)), ...userProblems(user)];
}

function domainProblems(domain: string): string[] {
  const problems: string[] = [];
  if (domain.length >= MAX_DOMAIN_LENGTH)
    problems.push(`runAsUserName's Domain length must be under ${MAX_DOMAIN_LENGTH} characters`);
  if (!NETBIOS.test(domain) && !DNS.test(domain))
    problems.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  return problems;
}

function userProblems(user: string): string[] {
  const problems: string[] = [];
  if (user === '') problems.push("runAsUserName's User cannot be empty");
  else if (user.length > MAX_USER_LENGTH)
    problems.push(`runAsUserName's User length must not be longer than ${MAX_USER_LENGTH} characters`);
  if (/^[. ]+$/.test(user)) problems.push("runAsUserName's User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
    problems.push('runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]');
  }
  return problems;
}

/** Host process containers come all or none, and need the node's network. */
export function validateHostProcess(spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  const podWide = spec.securityContext?.windowsOptions?.hostProcess;
  const errors: FieldError[] = [];
  let containers = 0;
  let hostProcesses = 0;
  for (const { container, path: at } of visitContainers(spec, path)) {
    containers++;
    const own = container.securityContext?.windowsOptions?.hostProcess;
    if (own ?? podWide) hostProcesses++;
    if (podWide !== undefined && own !== undefined && podWide !== own) {
      const detail = `pod hostProcess value must be identical if both are specified, was ${podWide}`;
      errors.push(invalid(at.child('securityContext', 'windowsOptions', 'hostProcess'), own, detail));
    }
  }
  if (hostProcesses === 0) return errors;
  if (hostProcesses !== containers) {
    errors.push(
      invalid(path, '', 'If pod contains any hostProcess containers then all containers must be HostProcess containers'),
    );
  }
  if (!spec.hostNetwork) {
    errors.push(invalid(path.child('hostNetwork'), false, 'hostNetwork must be true if pod contains any hostProcess containers'));
  }
  return errors;
}

const OS_NAMES = ['linux', 'windows'];

/** The pod's operating system, and that no setting of the other one is used. */
export function validateOs(spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  if (!spec.os) return [];
  const { name } = spec.os;
  if (isMissing(name)) return [required(path.child('os', 'name'), 'cannot be empty')];
  if (!OS_NAMES.includes(name)) return [notSupported(path.child('os'), name, OS_NAMES)];
  return name === 'windows' ? validateWindowsPod(spec, path) : validateLinuxPod(spec, path);
}

function validateLinuxPod(spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  const detail = 'windows options cannot be set for a linux pod';
  const errors = spec.securityContext?.windowsOptions ? [forbidden(path.child('securityContext', 'windowsOptions'), detail)] : [];
  for (const { container, path: at } of visitContainers(spec, path)) {
    if (container.securityContext?.windowsOptions) errors.push(forbidden(at.child('securityContext', 'windowsOptions'), detail));
  }
  return errors;
}

const NOT_FOR_WINDOWS = 'cannot be set for a windows pod';

function validateWindowsPod(spec: corev1.PodSpec, path: FieldPath): FieldError[] {
  const context = spec.securityContext ?? {};
  const security = path.child('securityContext');
  const pod: [FieldPath, unknown][] = [
    [security.child('appArmorProfile'), context.appArmorProfile],
    [security.child('seLinuxOptions'), context.seLinuxOptions],
    [path.child('hostUsers'), spec.hostUsers],
    [path.child('hostPID'), spec.hostPID || undefined],
    [path.child('hostIPC'), spec.hostIPC || undefined],
    [security.child('seccompProfile'), context.seccompProfile],
    [security.child('fsGroup'), context.fsGroup],
    [security.child('fsGroupChangePolicy'), context.fsGroupChangePolicy],
    [security.child('sysctls'), context.sysctls?.length ? context.sysctls : undefined],
    [path.child('shareProcessNamespace'), spec.shareProcessNamespace],
    [security.child('runAsUser'), context.runAsUser],
    [security.child('runAsGroup'), context.runAsGroup],
    [security.child('supplementalGroups'), context.supplementalGroups],
    [security.child('supplementalGroupsPolicy'), context.supplementalGroupsPolicy],
    [security.child('seLinuxChangePolicy'), context.seLinuxChangePolicy],
  ];
  const containers = [...visitContainers(spec, path)].flatMap(({ container, path: at }) =>
    CONTAINER_FIELDS.map((field): [FieldPath, unknown] => [
      at.child('securityContext', field),
      container.securityContext?.[field],
    ]),
  );
  return [...pod, ...containers].filter(([, value]) => value !== undefined).map(([at]) => forbidden(at, NOT_FOR_WINDOWS));
}

const CONTAINER_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const;
