/** Structs without fields. client-node leaves them out and types the fields that hold them as `any`. */
export const EMPTY_TYPES: ReadonlyArray<{ readonly module: string; readonly goName: string; readonly description: string }> = [
  { module: 'apiserverinternal/v1alpha1', goName: 'StorageVersionSpec', description: 'StorageVersionSpec is an empty spec.' },
  {
    module: 'scheduling/v1alpha2',
    goName: 'BasicSchedulingPolicy',
    description: 'BasicSchedulingPolicy asks for the scheduling that Kubernetes gives by default: pod by pod.',
  },
  {
    module: 'apiextensions/v1',
    goName: 'CustomResourceSubresourceStatus',
    description:
      'CustomResourceSubresourceStatus gives custom resources a /status subresource: writes to it change only ' +
      '`.status`, and writes to the resource itself leave `.status` alone.',
  },
];
