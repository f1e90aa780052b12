/** A definition as charts bring them (after cert-manager's): several versions, columns, subresources, alternatives. */
export const certificates = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'certificates.certs.example.com', labels: { app: 'certs' } },
  spec: {
    group: 'certs.example.com',
    scope: 'Namespaced',
    names: { kind: 'Certificate', listKind: 'CertificateList', plural: 'certificates', singular: 'certificate', shortNames: ['crt'], categories: ['all'] },
    versions: [version('v1', true), { ...version('v1beta1', false), deprecated: true, deprecationWarning: 'use certs.example.com/v1' }],
  },
};

function version(name: string, storage: boolean): object {
  return {
    name,
    served: true,
    storage,
    subresources: { status: {}, scale: { specReplicasPath: '.spec.copies', statusReplicasPath: '.status.copies' } },
    additionalPrinterColumns: [
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: 'Secret', type: 'string', jsonPath: '.spec.secretName' },
      { name: 'Usages', type: 'string', jsonPath: '.spec.usages', priority: 1 },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
    schema: {
      openAPIV3Schema: {
        description: 'A Certificate resource ensures an up to date and signed certificate.',
        type: 'object',
        properties: {
          apiVersion: { type: 'string' },
          kind: { type: 'string' },
          metadata: { type: 'object' },
          spec: {
            description: 'Desired state of the Certificate.',
            type: 'object',
            required: ['secretName'],
            properties: {
              secretName: { description: 'Name of the Secret that will hold the key.', type: 'string', minLength: 1 },
              copies: { type: 'integer', format: 'int32', minimum: 0, default: 1 },
              duration: { type: 'string' },
              usages: { type: 'array', items: { type: 'string', enum: ['digital signature', 'server auth', 'client auth'] } },
              template: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
          status: {
            type: 'object',
            properties: {
              copies: { type: 'integer' },
              conditions: {
                type: 'array',
                items: { type: 'object', required: ['status', 'type'], properties: { type: { type: 'string' }, status: { type: 'string' } } },
                'x-kubernetes-list-type': 'map',
                'x-kubernetes-list-map-keys': ['type'],
              },
            },
          },
        },
      },
    },
  };
}

export function certificate(spec: object, name = 'web'): object {
  return { apiVersion: 'certs.example.com/v1', kind: 'Certificate', metadata: { name }, spec };
}
