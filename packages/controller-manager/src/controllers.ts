import type { ManagerOptions } from './config/flags';
import { deploymentController } from './deployment/controller';
import { garbageCollector } from './garbage-collector/controller';
import { namespaceController } from './namespace/controller';
import { replicaSetController } from './replicaset/controller';
import type { ControllerDeps, Runnable } from './shared/controller-deps';

/** A controller as `--controllers` names it. */
export interface ControllerDescriptor {
  readonly name: string;
  /** The name that it had before v1.28. */
  readonly alias: string;
  /** Who its events are from. */
  readonly eventSource: string;
  /** Undefined where flags leave it nothing to do. */
  readonly create: (deps: ControllerDeps, options: ManagerOptions) => Runnable | undefined;
}

/** All controllers that there are, in the order in which they start. Order does not matter to any: they meet in the API only. */
export const controllers: readonly ControllerDescriptor[] = [
  {
    name: 'namespace-controller',
    alias: 'namespace',
    eventSource: 'namespace-controller',
    create: (deps, { cluster }) => namespaceController(deps, cluster.concurrentNamespaceSyncs),
  },
  {
    name: 'garbage-collector-controller',
    alias: 'garbagecollector',
    eventSource: 'garbage-collector-controller',
    create: (deps, { cluster }) => (cluster.enableGarbageCollector ? garbageCollector(deps, cluster.concurrentGcSyncs) : undefined),
  },
  {
    name: 'deployment-controller',
    alias: 'deployment',
    eventSource: 'deployment-controller',
    create: (deps, { workloads }) => deploymentController(deps, workloads.concurrentDeploymentSyncs),
  },
  {
    name: 'replicaset-controller',
    alias: 'replicaset',
    eventSource: 'replicaset-controller',
    create: (deps, { workloads }) => replicaSetController(deps, workloads.concurrentReplicasetSyncs),
  },
];

/**
 * Those that `--controllers` asks for: `*` means all, `-name` leaves one out, and what names a controller itself goes before `*`. Names from before
 * v1.28 count too.
 *
 * @throws with upstream's text where a name is of none.
 */
export function selectControllers(asked: readonly string[]): ControllerDescriptor[] {
  for (const name of asked) {
    const bare = name.replace(/^-/, '');
    if (bare !== '*' && !controllers.some((controller) => isNamed(controller, bare))) {
      throw new Error(`"${bare}" is not in the list of known controllers`);
    }
  }
  return controllers.filter((controller) => isEnabled(controller, asked));
}

function isEnabled(controller: ControllerDescriptor, asked: readonly string[]): boolean {
  for (const name of asked) {
    if (isNamed(controller, name)) return true;
    if (name.startsWith('-') && isNamed(controller, name.slice(1))) return false;
  }
  return asked.includes('*');
}

function isNamed({ name, alias }: ControllerDescriptor, asked: string): boolean {
  return asked === name || asked === alias;
}
