import type { ResourceDefinition } from '../registry/resource-definition';
import { bindings } from './core/binding/definition';
import { componentStatuses } from './core/component-status/definition';
import { configMaps } from './core/config-map/definition';
import { limitRanges } from './core/limit-range/definition';
import { namespaces } from './core/namespace/definition';
import { resourceQuotas } from './core/resource-quota/definition';
import { secrets } from './core/secret/definition';
import { serviceAccounts } from './core/service-account/definition';
import { clusterRoleBindings } from './rbac/cluster-role-binding/definition';
import { clusterRoles } from './rbac/cluster-role/definition';
import { roleBindings } from './rbac/role-binding/definition';
import { roles } from './rbac/role/definition';
import { csiDrivers } from './storage/csi-driver/definition';
import { csiNodes } from './storage/csi-node/definition';
import { csiStorageCapacities } from './storage/csi-storage-capacity/definition';
import { storageClasses } from './storage/storage-class/definition';
import { volumeAttachments } from './storage/volume-attachment/definition';
import { volumeAttributesClasses } from './storage/volume-attributes-class/definition';

/** Every kind of Kubernetes v1.36, groups in order of discovery. A kind that stands here is served, printed and authorized. */
export const builtInDefinitions: readonly ResourceDefinition[] = [
  bindings,
  componentStatuses,
  configMaps,
  limitRanges,
  namespaces,
  resourceQuotas,
  secrets,
  serviceAccounts,
  clusterRoleBindings,
  clusterRoles,
  roleBindings,
  roles,
  csiDrivers,
  csiNodes,
  csiStorageCapacities,
  storageClasses,
  volumeAttachments,
  volumeAttributesClasses,
];
