import type { FieldNumbers } from './field-numbers';
import { admissionregistration } from './protobuf-admissionregistration';
import { apiextensions } from './protobuf-apiextensions';
import { apiregistration } from './protobuf-apiregistration';
import { apiserverinternal } from './protobuf-apiserverinternal';
import { apps } from './protobuf-apps';
import { authentication } from './protobuf-authentication';
import { authorization } from './protobuf-authorization';
import { autoscaling } from './protobuf-autoscaling';
import { batch } from './protobuf-batch';
import { certificates } from './protobuf-certificates';
import { coordination } from './protobuf-coordination';
import { core } from './protobuf-core';
import { discovery } from './protobuf-discovery';
import { events } from './protobuf-events';
import { flowcontrol } from './protobuf-flowcontrol';
import { meta } from './protobuf-meta';
import { networking } from './protobuf-networking';
import { node } from './protobuf-node';
import { policy } from './protobuf-policy';
import { rbac } from './protobuf-rbac';
import { resource } from './protobuf-resource';
import { scheduling } from './protobuf-scheduling';
import { storage } from './protobuf-storage';
import { storagemigration } from './protobuf-storagemigration';

/** The field numbers of every Go package whose types have protobuf, by the package's name. */
export const FIELD_NUMBERS: Readonly<Record<string, FieldNumbers>> = {
  admissionregistration,
  apiextensions,
  apiregistration,
  apiserverinternal,
  apps,
  authentication,
  authorization,
  autoscaling,
  batch,
  certificates,
  coordination,
  core,
  discovery,
  events,
  flowcontrol,
  meta,
  networking,
  node,
  policy,
  rbac,
  resource,
  scheduling,
  storage,
  storagemigration,
};
