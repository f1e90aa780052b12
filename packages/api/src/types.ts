/**
 * The TypeScript types of every kind, one namespace a version: `corev1.Pod`, `appsv1.Deployment`. Generated at build time from
 * @kubernetes/client-node and kubernetes-models (see ../README.md); names are upstream's Go names. Quantities and times are
 * strings, a kind's `apiVersion`, `kind` and `metadata` are always there, all else is optional where the wire may lack it.
 */
export type * as admissionregistrationv1 from './generated/types/admissionregistration/v1';
export type * as admissionregistrationv1alpha1 from './generated/types/admissionregistration/v1alpha1';
export type * as admissionregistrationv1beta1 from './generated/types/admissionregistration/v1beta1';
export type * as apiextensionsv1 from './generated/types/apiextensions/v1';
export type * as apiregistrationv1 from './generated/types/apiregistration/v1';
export type * as apiserverinternalv1alpha1 from './generated/types/apiserverinternal/v1alpha1';
export type * as appsv1 from './generated/types/apps/v1';
export type * as authenticationv1 from './generated/types/authentication/v1';
export type * as authorizationv1 from './generated/types/authorization/v1';
export type * as autoscalingv1 from './generated/types/autoscaling/v1';
export type * as autoscalingv2 from './generated/types/autoscaling/v2';
export type * as batchv1 from './generated/types/batch/v1';
export type * as certificatesv1 from './generated/types/certificates/v1';
export type * as certificatesv1alpha1 from './generated/types/certificates/v1alpha1';
export type * as certificatesv1beta1 from './generated/types/certificates/v1beta1';
export type * as coordinationv1 from './generated/types/coordination/v1';
export type * as coordinationv1alpha2 from './generated/types/coordination/v1alpha2';
export type * as coordinationv1beta1 from './generated/types/coordination/v1beta1';
export type * as corev1 from './generated/types/core/v1';
export type * as discoveryv1 from './generated/types/discovery/v1';
export type * as eventsv1 from './generated/types/events/v1';
export type * as flowcontrolv1 from './generated/types/flowcontrol/v1';
export type * as metav1 from './generated/types/meta/v1';
export type * as networkingv1 from './generated/types/networking/v1';
export type * as networkingv1beta1 from './generated/types/networking/v1beta1';
export type * as nodev1 from './generated/types/node/v1';
export type * as policyv1 from './generated/types/policy/v1';
export type * as rbacv1 from './generated/types/rbac/v1';
export type * as resourcev1 from './generated/types/resource/v1';
export type * as resourcev1alpha3 from './generated/types/resource/v1alpha3';
export type * as resourcev1beta1 from './generated/types/resource/v1beta1';
export type * as resourcev1beta2 from './generated/types/resource/v1beta2';
export type * as schedulingv1 from './generated/types/scheduling/v1';
export type * as schedulingv1alpha2 from './generated/types/scheduling/v1alpha2';
export type * as storagev1 from './generated/types/storage/v1';
export type * as storagev1beta1 from './generated/types/storage/v1beta1';
export type * as storagemigrationv1beta1 from './generated/types/storagemigration/v1beta1';
