export * from './registry/resource-definition';
export * from './types';
export * from './registry/define-resource';
export { defineCustomResource } from './custom/custom-definition';
export { isDefinitionCondition, planDefinitionStatus, withDefinitionCondition } from './groups/apiextensions/custom-resource-definition/plan-status';
export { schemaOf } from './custom/schema-of';
export * from './registry/group-priority';
export * from './registry/registry';
export * from './registry/runtime-config';
export * from './registry/same-fields';
export * from './registry/schema-name';
export * from './registry/subresources';
export * from './groups/index';
export * from './schemas/get-schema';
export { zeroOf } from './schemas/zero-object';
export * from './openapi/build-v2';
export * from './openapi/build-v3';
export * from './openapi/deleted-object';
export * from './openapi/documents';
export * from './openapi/media-types';
export type { JsonObject, JsonValue } from './openapi/json';
export * from './openapi/served-definitions';
export * from './openapi/v2-protobuf';
export * from './openapi/v3-protobuf';
export { formatIp, type IpAddress, parseIp } from './shared/ip/address';
export { type Cidr, formatNetwork, networkAddress, networkContains, parseCidr } from './shared/ip/cidr';
export { scaleTable } from './groups/autoscaling/scale/columns';
export { validateScale } from './groups/autoscaling/scale/validate';
export { CronSyntaxError, type CronSchedule, formatZonedTime, isTimeZone, nextCronTime, parseCron } from './shared/cron';
export * from './registry/status-strategy';
export * from './protobuf/get-descriptor';
export { normalizeClusterIps, patchAllocatedValues } from './groups/core/service/allocated-fields';
export { validateClusterIps } from './groups/core/service/validate-cluster-ips';
export * from './quota/index';
export { certificateRequestSubject, type RequestSubject } from './shared/x509/request-subject';
export { isExtendedResourceName } from './shared/resources/validate';
export {
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  findVolumeFor,
  isVolumeOf,
  lacksStorageClass,
  storageClassNameOf,
  volumeMisfit,
} from './groups/core/persistent-volume/match-volume';
