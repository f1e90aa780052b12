import {
  type FieldError,
  FieldPath,
  duplicate,
  invalid,
  isFullyQualifiedName,
  notSupported,
  required,
  validateLabelSelector,
} from '@typekube/apimachinery';
import type { admissionregistrationv1 } from '../../types';
import { validateWebhookClient } from './client-config';
import { validateMatchConditions } from './match-conditions';
import { ADMISSION_REVIEW_MISSING, validateReviewVersions } from './review-versions';
import { validateRuleWithOperations } from './rules';

/** What mutating and validating webhooks have in common. */
export type AdmissionWebhook = admissionregistrationv1.MutatingWebhook | admissionregistrationv1.ValidatingWebhook;

/** Where the rules of an update are laxer than those of a new configuration: what was stored before a rule came may stay. */
export interface WebhookOptions {
  readonly ignoreMatchConditions: boolean;
  readonly requireNoSideEffects: boolean;
  readonly requireAcceptedReviewVersion: boolean;
  readonly requireUniqueNames: boolean;
  readonly allowInvalidLabelValueInSelector: boolean;
}

export const FAILURE_POLICIES = ['Fail', 'Ignore'];
export const MATCH_POLICIES = ['Equivalent', 'Exact'];
const ALL_SIDE_EFFECTS = ['None', 'NoneOnDryRun', 'Some', 'Unknown'];
export const NO_SIDE_EFFECTS = ['None', 'NoneOnDryRun'];

/** The webhooks of a configuration; `validateMore` adds the rules of one kind. */
export function validateWebhooks<W extends AdmissionWebhook>(
  webhooks: readonly W[] | undefined,
  options: WebhookOptions,
  validateMore: (webhook: W, path: FieldPath) => FieldError[],
): FieldError[] {
  const names = new Set<string>();
  return (webhooks ?? []).flatMap((webhook, i) => {
    const path = FieldPath.of('webhooks').index(i);
    const errors = [
      ...validateWebhook(webhook, path, options),
      ...validateMore(webhook, path),
      ...validateReviewVersions(webhook.admissionReviewVersions, path.child('admissionReviewVersions'), {
        requireAccepted: options.requireAcceptedReviewVersion,
        whenEmpty: ADMISSION_REVIEW_MISSING,
      }),
    ];
    if (options.requireUniqueNames && webhook.name && names.has(webhook.name)) {
      errors.push(duplicate(path.child('name'), webhook.name));
    }
    names.add(webhook.name);
    return errors;
  });
}

function validateWebhook(webhook: AdmissionWebhook, path: FieldPath, options: WebhookOptions): FieldError[] {
  return [
    ...isFullyQualifiedName(path.child('name'), webhook.name ?? ''),
    ...(webhook.rules ?? []).flatMap((rule, i) => validateRuleWithOperations(rule, path.child('rules').index(i))),
    ...validateChoice(webhook.failurePolicy, FAILURE_POLICIES, path.child('failurePolicy')),
    ...validateChoice(webhook.matchPolicy, MATCH_POLICIES, path.child('matchPolicy')),
    ...validateSideEffects(webhook.sideEffects, path.child('sideEffects'), options.requireNoSideEffects),
    ...validateTimeout(webhook.timeoutSeconds, path.child('timeoutSeconds')),
    ...validateSelectors(webhook, path, options),
    ...validateWebhookClient(webhook.clientConfig, path.child('clientConfig')),
    ...(options.ignoreMatchConditions ? [] : validateMatchConditions(webhook.matchConditions, path.child('matchConditions'))),
  ];
}

/** A choice that may be left out, but is not empty. */
export function validateChoice(value: string | undefined, choices: readonly string[], path: FieldPath): FieldError[] {
  return value === undefined || choices.includes(value) ? [] : [notSupported(path, value, choices)];
}

function validateSideEffects(sideEffects: string | undefined, path: FieldPath, requireNone: boolean): FieldError[] {
  const allowed = requireNone ? NO_SIDE_EFFECTS : ALL_SIDE_EFFECTS;
  if (sideEffects === undefined) return [required(path, `must specify one of ${allowed.join(', ')}`)];
  return allowed.includes(sideEffects) ? [] : [notSupported(path, sideEffects, allowed)];
}

function validateTimeout(seconds: number | undefined, path: FieldPath): FieldError[] {
  if (seconds === undefined || (seconds >= 1 && seconds <= 30)) return [];
  return [invalid(path, seconds, 'the timeout value must be between 1 and 30 seconds')];
}

function validateSelectors(
  webhook: AdmissionWebhook,
  path: FieldPath,
  options: Pick<WebhookOptions, 'allowInvalidLabelValueInSelector'>,
): FieldError[] {
  const { namespaceSelector, objectSelector } = webhook;
  return [
    ...(namespaceSelector ? validateLabelSelector(namespaceSelector, options, path.child('namespaceSelector')) : []),
    ...(objectSelector ? validateLabelSelector(objectSelector, options, path.child('objectSelector')) : []),
  ];
}

/** Whether a stored webhook has a selector that a new one might not have. */
export function hasInvalidSelector(webhook: AdmissionWebhook): boolean {
  return validateSelectors(webhook, FieldPath.of('webhooks'), { allowInvalidLabelValueInSelector: false }).length > 0;
}
