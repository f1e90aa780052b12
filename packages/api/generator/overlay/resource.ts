import type { Overlay } from './overlay';

export const resource: Overlay = {
  AllocatedDeviceStatus: { conditions: 'list=map(type)' },
  BasicDevice: {
    bindingConditions: 'list=atomic',
    bindingFailureConditions: 'list=atomic',
    consumesCounters: 'list=atomic',
    taints: 'list=atomic',
  },
  CapacityRequestPolicy: { validValues: 'list=atomic' },
  Device: {
    bindingConditions: 'list=atomic',
    bindingFailureConditions: 'list=atomic',
    consumesCounters: 'list=atomic',
    taints: 'list=atomic',
  },
  DeviceAllocationConfiguration: { requests: 'list=atomic' },
  DeviceAllocationResult: { config: 'list=atomic', results: 'list=atomic' },
  DeviceAttribute: { bools: 'list=atomic', ints: 'list=atomic', strings: 'list=atomic', versions: 'list=atomic' },
  DeviceClaim: { config: 'list=atomic', constraints: 'list=atomic', requests: 'list=atomic' },
  DeviceClaimConfiguration: { requests: 'list=atomic' },
  DeviceClassSpec: { config: 'list=atomic', selectors: 'list=atomic' },
  DeviceConstraint: { requests: 'list=atomic' },
  DeviceRequest: { firstAvailable: 'list=atomic', selectors: 'list=atomic', tolerations: 'list=atomic' },
  DeviceRequestAllocationResult: {
    bindingConditions: 'list=atomic',
    bindingFailureConditions: 'list=atomic',
    tolerations: 'list=atomic',
  },
  DeviceSubRequest: { selectors: 'list=atomic', tolerations: 'list=atomic' },
  DeviceTaintRuleStatus: { conditions: 'list=map(type) patch=merge(type)' },
  ExactDeviceRequest: { selectors: 'list=atomic', tolerations: 'list=atomic' },
  NetworkDeviceData: { ips: 'list=atomic' },
  ResourceClaimStatus: {
    devices: 'list=map(driver,device,pool,shareID)',
    reservedFor: 'list=map(uid) patch=merge(uid)',
  },
  ResourcePoolStatusRequestStatus: { conditions: 'list=map(type) patch=merge(type)', pools: 'list=atomic' },
  ResourceSliceSpec: { devices: 'list=atomic', sharedCounters: 'list=atomic' },
};
