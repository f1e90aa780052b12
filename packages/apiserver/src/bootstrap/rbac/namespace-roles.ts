import { CORE, EVENTS, on, READ } from './rule';
import { account, type BindingTemplate, type Namespaced, type RoleTemplate, user } from './template';

const SYSTEM = 'kube-system';
const PUBLIC = 'kube-public';
const READER = 'extension-apiserver-authentication-reader';
const [MANAGER, SCHEDULER] = ['kube-controller-manager', 'kube-scheduler'];
const [SIGNER, CLOUD, CLEANER] = ['bootstrap-signer', 'cloud-provider', 'token-cleaner'];

/** Roles within the system's own namespaces. */
export const NAMESPACE_ROLES: readonly Namespaced<RoleTemplate>[] = [
  { namespace: SYSTEM, name: READER, rules: [on(CORE, 'configmaps', READ, ['extension-apiserver-authentication'])] },
  { namespace: SYSTEM, name: controller(SIGNER), rules: [on(CORE, 'secrets', READ)] },
  { namespace: SYSTEM, name: controller(CLOUD), rules: [on(CORE, 'configmaps', `create ${READ}`)] },
  { namespace: SYSTEM, name: controller(CLEANER), rules: [on(CORE, 'secrets', `${READ} delete`), EVENTS] },
  ...[MANAGER, SCHEDULER].map((name) => ({
    namespace: SYSTEM,
    name: leaderLocking(name),
    rules: [on(CORE, 'configmaps', 'watch'), on(CORE, 'configmaps', 'get update', [name])],
  })),
  {
    namespace: PUBLIC,
    name: controller(SIGNER),
    rules: [on(CORE, 'configmaps', READ), on(CORE, 'configmaps', 'update', ['cluster-info']), EVENTS],
  },
];

export const NAMESPACE_BINDINGS: readonly Namespaced<BindingTemplate & { roleName: string }>[] = [
  {
    namespace: SYSTEM,
    name: `system::${READER}`,
    roleName: READER,
    subjects: [user(`system:${MANAGER}`), user(`system:${SCHEDULER}`)],
  },
  ...[MANAGER, SCHEDULER].map((name) => ({
    namespace: SYSTEM,
    name: leaderLocking(name),
    roleName: leaderLocking(name),
    subjects: [user(`system:${name}`), account(name)],
  })),
  ...[SIGNER, CLOUD, CLEANER].map((name) => toAccount(SYSTEM, name)),
  toAccount(PUBLIC, SIGNER),
];

function controller(name: string): string {
  return `system:controller:${name}`;
}

function leaderLocking(name: string): string {
  return `system::leader-locking-${name}`;
}

function toAccount(namespace: string, name: string): Namespaced<BindingTemplate & { roleName: string }> {
  return { namespace, name: controller(name), roleName: controller(name), subjects: [account(name)] };
}
