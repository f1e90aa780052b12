import { type FieldError, type FieldPath, notSupported, required } from '@typekube/apimachinery';
import type { resourcev1 } from '../../../types';
import { validateBindingConditions } from '../../../shared/device/binding-conditions';
import { validateSlice } from '../../../shared/device/collections';
import { validateConfiguration } from '../../../shared/device/configuration';
import { validateDeviceName, validateDriverName, validatePoolName, validateShareId } from '../../../shared/device/names';
import { validateRequestRef, validateRequestRefs } from '../../../shared/device/request-names';
import { validateDeviceToleration } from '../../../shared/device/taints';
import { validateNodeSelector } from '../../../shared/pod-template/validate-node-affinity';

const MAX_RESULTS = 32;
/** Those of the class and those of the claim. */
const MAX_CONFIGURATIONS = 2 * 32;
const SOURCES = ['FromClaim', 'FromClass'];

/** The rules of a new allocation. One that is stored is not checked again: it may not change. */
export function validateAllocation(
  allocation: resourcev1.AllocationResult,
  path: FieldPath,
  names: ReadonlySet<string>,
): FieldError[] {
  const devices = path.child('devices');
  return [
    ...validateSlice(
      allocation.devices?.results,
      MAX_RESULTS,
      (one, at) => validateResult(one, at, names),
      devices.child('results'),
    ),
    ...validateSlice(
      allocation.devices?.config,
      MAX_CONFIGURATIONS,
      (one, at) => validateAllocatedConfiguration(one, at, names),
      devices.child('config'),
    ),
    ...(allocation.nodeSelector ? validateNodeSelector(allocation.nodeSelector, path.child('nodeSelector')) : []),
  ];
}

function validateResult(
  result: resourcev1.DeviceRequestAllocationResult,
  path: FieldPath,
  names: ReadonlySet<string>,
): FieldError[] {
  return [
    ...validateRequestRef(result.request, path.child('request'), names),
    ...validateDriverName(result.driver, path.child('driver')),
    ...validatePoolName(result.pool, path.child('pool')),
    ...validateDeviceName(result.device, path.child('device')),
    ...validateBindingConditions(result, path),
    ...(result.tolerations ?? []).flatMap((one, i) => validateDeviceToleration(one, path.child('tolerations').index(i))),
    ...validateShareId(result.shareID, path.child('shareID')),
  ];
}

function validateAllocatedConfiguration(
  config: resourcev1.DeviceAllocationConfiguration,
  path: FieldPath,
  names: ReadonlySet<string>,
): FieldError[] {
  return [
    ...validateSource(config.source, path.child('source')),
    ...validateRequestRefs(config.requests, path.child('requests'), names),
    ...validateConfiguration(config, path, { stored: false }),
  ];
}

function validateSource(source: string | undefined, path: FieldPath): FieldError[] {
  if (!source) return [required(path)];
  return SOURCES.includes(source) ? [] : [notSupported(path, source, SOURCES)];
}
