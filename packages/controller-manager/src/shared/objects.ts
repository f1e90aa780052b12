import type { appsv1, batchv1, certificatesv1, corev1, discoveryv1, policyv1, storagev1 } from '@typekube/api';
import type { KubeObject, OwnerReference } from '@typekube/apimachinery';
import type { DeepReadonly } from '@typekube/client';

/** Objects as caches hold them: shared, so never changed in place. A decision makes another object. */
export type Cached<T extends KubeObject = KubeObject> = DeepReadonly<T>;

export type Deployment = DeepReadonly<appsv1.Deployment>;
export type DeploymentStatus = DeepReadonly<appsv1.DeploymentStatus>;
export type DeploymentCondition = DeepReadonly<appsv1.DeploymentCondition>;
export type ReplicaSet = DeepReadonly<appsv1.ReplicaSet>;
export type ReplicaSetStatus = DeepReadonly<appsv1.ReplicaSetStatus>;
export type ReplicaSetCondition = DeepReadonly<appsv1.ReplicaSetCondition>;
export type DaemonSet = DeepReadonly<appsv1.DaemonSet>;
export type DaemonSetStatus = DeepReadonly<appsv1.DaemonSetStatus>;
export type StatefulSet = DeepReadonly<appsv1.StatefulSet>;
export type StatefulSetStatus = DeepReadonly<appsv1.StatefulSetStatus>;
export type ControllerRevision = DeepReadonly<appsv1.ControllerRevision>;
export type PersistentVolumeClaim = DeepReadonly<corev1.PersistentVolumeClaim>;
export type PersistentVolume = DeepReadonly<corev1.PersistentVolume>;
export type CronJob = DeepReadonly<batchv1.CronJob>;
export type CronJobStatus = DeepReadonly<batchv1.CronJobStatus>;
export type Job = DeepReadonly<batchv1.Job>;
export type JobStatus = DeepReadonly<batchv1.JobStatus>;
export type JobCondition = DeepReadonly<batchv1.JobCondition>;
export type Pod = DeepReadonly<corev1.Pod>;
export type PodTemplateSpec = DeepReadonly<corev1.PodTemplateSpec>;
export type Node = DeepReadonly<corev1.Node>;
export type PodDisruptionBudget = DeepReadonly<policyv1.PodDisruptionBudget>;
export type PodDisruptionBudgetStatus = DeepReadonly<policyv1.PodDisruptionBudgetStatus>;
export type CertificateSigningRequest = DeepReadonly<certificatesv1.CertificateSigningRequest>;
export type StorageClass = DeepReadonly<storagev1.StorageClass>;
export type Service = DeepReadonly<corev1.Service>;
export type Namespace = DeepReadonly<corev1.Namespace>;
export type Endpoints = DeepReadonly<corev1.Endpoints>;
export type EndpointSlice = DeepReadonly<discoveryv1.EndpointSlice>;

/** The kind of a controller, as its owner references name it. */
export interface OwnerKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** The reference by which an object says that this owner controls it (metav1.NewControllerRef). */
export function controllerReference(owner: Cached, { apiVersion, kind }: OwnerKind): OwnerReference {
  const { name = '', uid = '' } = owner.metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** Milliseconds since 1970; an absent time counts as the beginning. */
export function timeOf(text: string | undefined): number {
  return text ? Date.parse(text) : 0;
}

/** Older first, then by name. (controller.ReplicaSetsByCreationTimestamp) */
export function byCreation(a: Cached, b: Cached): number {
  return timeOf(a.metadata.creationTimestamp) - timeOf(b.metadata.creationTimestamp) || byName(a, b);
}

export function byName(a: Cached, b: Cached): number {
  const [left = '', right = ''] = [a.metadata.name, b.metadata.name];
  return left < right ? -1 : left > right ? 1 : 0;
}
