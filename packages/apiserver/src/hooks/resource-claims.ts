import type { resourcev1 } from '@typekube/api';
import { FieldPath, type FieldError, forbidden as forbiddenField, newInvalid, semanticEqual } from '@typekube/apimachinery';
import type { Authorizer } from '../authz/authorizer';
import { forbidden } from '../chain/authorization';
import { nodeOfAccount } from '../chain/impersonation-modes';
import type { UserInfo } from '../chain/request-context';
import type { ResourceHooks, StatusWrite } from '../registry/resource-hooks';

type Claim = resourcev1.ResourceClaim;
type Status = NonNullable<Claim['status']>;
type Device = NonNullable<Status['devices']>[number];

const GROUP = 'resource.k8s.io';

/**
 * Who may write the status of claims may not write all of it (upstream's DRAResourceClaimGranularStatusAuthorization): what is allocated and for whom needs
 * the subresource `binding`, what a driver tells of its devices the subresource `driver` of its name, for the node that the client is on or for any.
 */
export function resourceClaimHooks(authorizer: Authorizer): ResourceHooks {
  return {
    async beginStatusUpdate(object: Claim, old: Claim, write) {
      const errors = [...(await bindingErrors(authorizer, { object, old }, write)), ...(await deviceErrors(authorizer, { object, old }, write))];
      if (errors.length) throw newInvalid({ group: GROUP, kind: 'ResourceClaim' }, object.metadata.name ?? '', errors);
    },
  };
}

interface Change {
  readonly object: Claim;
  readonly old: Claim;
}

async function bindingErrors(authorizer: Authorizer, { object, old }: Change, { user, verb }: StatusWrite): Promise<FieldError[]> {
  const [now, before] = [object.status ?? {}, old.status ?? {}];
  if (semanticEqual(now.allocation, before.allocation) && semanticEqual(now.reservedFor ?? [], before.reservedFor ?? [])) return [];
  const refusal = await refusalOf(authorizer, question(user, verb, { subresource: 'binding', namespace: '', name: '' }));
  if (refusal === undefined) return [];
  const what = `changing status.allocation or status.reservedFor requires resource="resourceclaims/binding", verb="${verb}" permission`;
  return [forbiddenField(FieldPath.of('status'), `${what}: ${refusal}`)];
}

async function deviceErrors(authorizer: Authorizer, { object, old }: Change, { user, verb }: StatusWrite): Promise<FieldError[]> {
  const drivers = changedDrivers(object.status?.devices ?? [], old.status?.devices ?? []);
  if (drivers.length === 0) return [];
  const node = allocatedNode(object.status);
  const isThere = node !== undefined && nodeOfAccount(user) === node;
  const verbs = [...(isThere ? [`associated-node:${verb}`] : []), `arbitrary-node:${verb}`];
  const errors: FieldError[] = [];
  for (const name of drivers) {
    const refusal = await firstRefusal(authorizer, verbs.map((each) => question(user, each, { subresource: 'driver', namespace: object.metadata.namespace ?? '', name })));
    if (refusal === undefined) continue;
    const what = `changing status.devices requires resource="resourceclaims/driver", verb="[${verbs.join(' ')}]" permission`;
    errors.push(forbiddenField(FieldPath.of('status', 'devices'), `${what}: ${refusal}`));
  }
  return errors;
}

type Question = Parameters<Authorizer['authorize']>[0];

function question(user: UserInfo, verb: string, what: Pick<Question, 'subresource' | 'namespace' | 'name'>): Question {
  return { user, verb, isResourceRequest: true, path: '', apiGroup: GROUP, apiVersion: 'v1', resource: 'resourceclaims', ...what };
}

/** Undefined if one of them is allowed. */
async function firstRefusal(authorizer: Authorizer, questions: readonly Question[]): Promise<string | undefined> {
  let first: string | undefined;
  for (const each of questions) {
    const refusal = await refusalOf(authorizer, each);
    if (refusal === undefined) return undefined;
    first ??= refusal;
  }
  return first;
}

async function refusalOf(authorizer: Authorizer, asked: Question): Promise<string | undefined> {
  const { decision, reason } = await authorizer.authorize(asked);
  return decision === 'Allow' ? undefined : forbidden(asked, reason).message;
}

/** The drivers of devices that have come, gone or changed. */
function changedDrivers(now: readonly Device[], before: readonly Device[]): string[] {
  const keyOf = ({ driver, pool, device, shareID }: Device): string => JSON.stringify([driver, pool, device, shareID]);
  const old = new Map(before.map((device) => [keyOf(device), device]));
  const known = new Set(now.map(keyOf));
  const changed = [...now.filter((device) => !semanticEqual(device, old.get(keyOf(device)))), ...before.filter((device) => !known.has(keyOf(device)))];
  return [...new Set(changed.map(({ driver }) => driver))].sort();
}

/** Where the devices of the claim are, if they are on one node. */
function allocatedNode(status: Status | undefined): string | undefined {
  const [term, ...others] = status?.allocation?.nodeSelector?.nodeSelectorTerms ?? [];
  const [field, ...more] = term?.matchFields ?? [];
  if (!field || others.length || more.length || term?.matchExpressions?.length) return undefined;
  const [name, ...names] = field.values ?? [];
  return field.key === 'metadata.name' && field.operator === 'In' && names.length === 0 ? name : undefined;
}
