import type { FieldNumbers } from './field-numbers';

export const resource: FieldNumbers = {
  AllocatedDeviceStatus: 'driver:1 pool:2 device:3 conditions:4 data*:5 networkData*:6 shareID*:7',
  AllocationResult: 'devices:1 nodeSelector*:3 allocationTimestamp*:5',
  BasicDevice: `
    attributes:1 capacity:2 consumesCounters:3 nodeName*:4 nodeSelector*:5 allNodes*:6 taints:7 bindsToNode*:8
    bindingConditions:9 bindingFailureConditions:10 allowMultipleAllocations*:11 nodeAllocatableResourceMappings:12`,
  CELDeviceSelector: 'expression:1',
  CapacityRequestPolicy: 'default*:1 validValues:3 validRange*:4',
  CapacityRequestPolicyRange: 'min*:1 max*:2 step*:3',
  CapacityRequirements: 'requests:1',
  Counter: 'value:1',
  CounterSet: 'name:1 counters:2',
  Device: `
    name:1 attributes:2 capacity:3 consumesCounters:4 nodeName*:5 nodeSelector*:6 allNodes*:7 taints:8 bindsToNode*:9
    bindingConditions:10 bindingFailureConditions:11 allowMultipleAllocations*:12 nodeAllocatableResourceMappings:13`,
  'v1beta1.Device': 'name:1 basic*:2',
  DeviceAllocationConfiguration: 'source:1 requests:2 (opaque*:1):3',
  DeviceAllocationResult: 'results:1 config:2',
  DeviceAttribute: 'int*:2 bool*:3 string*:4 version*:5 ints:6 bools:7 strings:8 versions:9',
  DeviceCapacity: 'value:1 requestPolicy*:2',
  DeviceClaim: 'requests:1 constraints:2 config:3',
  DeviceClaimConfiguration: 'requests:1 (opaque*:1):2',
  DeviceClass: 'metadata:1 spec:2',
  DeviceClassConfiguration: '(opaque*:1):1',
  DeviceClassSpec: 'selectors:1 config:2 extendedResourceName*:4',
  DeviceConstraint: 'requests:1 matchAttribute*:2 distinctAttribute*:3',
  DeviceCounterConsumption: 'counterSet:1 counters:2',
  DeviceRequest: 'name:1 exactly*:2 firstAvailable:3',
  'v1beta1.DeviceRequest': `
    name:1 deviceClassName!:2 selectors:3 allocationMode:4 count:5 adminAccess*:6 firstAvailable:7 tolerations:8 capacity*:9`,
  DeviceRequestAllocationResult: `
    request:1 driver:2 pool:3 device:4 adminAccess*:5 tolerations:6 bindingConditions:7 bindingFailureConditions:8 shareID*:9
    consumedCapacity:10`,
  DeviceSelector: 'cel*:1',
  DeviceSubRequest: 'name:1 deviceClassName:2 selectors:3 allocationMode:4 count:5 tolerations:6 capacity*:7',
  'v1beta1.DeviceSubRequest': 'name:1 deviceClassName:2 selectors:3 allocationMode:4 count:5 tolerations:7 capacity*:8',
  DeviceTaint: 'key:1 value:2 effect:3 timeAdded*:4',
  DeviceTaintRule: 'metadata:1 spec:2 status:3',
  DeviceTaintRuleSpec: 'deviceSelector*:1 taint:2',
  DeviceTaintRuleStatus: 'conditions:1',
  DeviceTaintSelector: 'driver*:2 pool*:3 device*:4',
  DeviceToleration: 'key:1 operator:2 value:3 effect:4 tolerationSeconds*:5',
  ExactDeviceRequest: 'deviceClassName:1 selectors:2 allocationMode:3 count:4 adminAccess*:5 tolerations:6 capacity*:7',
  NetworkDeviceData: 'interfaceName:1 ips:2 hardwareAddress:3',
  NodeAllocatableResourceMapping: 'capacityKey*:1 allocationMultiplier*:2',
  OpaqueDeviceConfiguration: 'driver:1 parameters:2',
  PoolStatus: `
    driver:1 poolName:2 nodeName*:3 totalDevices*:4 allocatedDevices*:5 availableDevices*:6 unavailableDevices*:7
    resourceSliceCount*:8 generation:9 validationError*:10`,
  ResourceClaim: 'metadata:1 spec:2 status:3',
  ResourceClaimConsumerReference: 'apiGroup:1 resource:3 name:4 uid:5',
  ResourceClaimSpec: 'devices:1',
  ResourceClaimStatus: 'allocation*:1 reservedFor:2 devices:4',
  ResourceClaimTemplate: 'metadata:1 spec:2',
  ResourceClaimTemplateSpec: 'metadata:1 spec:2',
  ResourcePool: 'name:1 generation:2 resourceSliceCount:3',
  ResourcePoolStatusRequest: 'metadata:1 spec:2 status*:3',
  ResourcePoolStatusRequestSpec: 'driver:1 poolName*:2 limit*:3',
  ResourcePoolStatusRequestStatus: 'pools:2 conditions:3 poolCount*:6',
  ResourceSlice: 'metadata:1 spec:2',
  ResourceSliceSpec: `
    driver:1 pool:2 nodeName*:3 nodeSelector*:4 allNodes*:5 devices:6 perDeviceNodeSelection*:7 sharedCounters:8`,
  'v1beta1.ResourceSliceSpec': `
    driver:1 pool:2 nodeName:3 nodeSelector*:4 allNodes:5 devices:6 perDeviceNodeSelection*:7 sharedCounters:8`,
};
