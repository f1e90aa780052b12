import type { Overlay } from './overlay';

export const apiextensions: Overlay = {
  CustomResourceDefinitionNames: { categories: 'list=atomic', shortNames: 'list=atomic' },
  CustomResourceDefinitionSpec: { versions: 'list=atomic' },
  CustomResourceDefinitionStatus: { conditions: 'list=map(type)', storedVersions: 'list=atomic' },
  CustomResourceDefinitionVersion: { additionalPrinterColumns: 'list=atomic', selectableFields: 'list=atomic' },
  CustomResourceSubresources: {
    status: 'type=@io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus',
  },
  JSONSchemaProps: {
    allOf: 'list=atomic',
    anyOf: 'list=atomic',
    enum: 'list=atomic',
    oneOf: 'list=atomic',
    required: 'list=atomic',
    'x-kubernetes-list-map-keys': 'list=atomic',
    'x-kubernetes-validations': 'list=map(rule) patch=merge(rule)',
  },
  WebhookConversion: { conversionReviewVersions: 'list=atomic' },
};
