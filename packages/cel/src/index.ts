export type { Library } from './env/declarations';
export { Environment, type TypeProvider } from './env/environment';
export { KUBERNETES, PER_CALL_LIMIT, RUNTIME_BUDGET } from './env/kubernetes';
export { estimateCost } from './cost/static-cost';
export type { Activation } from './eval/frame';
export {
  AUTHORIZER,
  type AuthorizationAnswer,
  type AuthorizationQuestion,
  type Authorize,
  authorizerValue,
  RESOURCE_CHECK,
  resourceCheckValue,
} from './library/authorizer';
export { JSON_PATCH } from './library/json-patch';
export { compile, type Evaluation, Program } from './program';
export { Budget } from './schema/budget';
export { checkSchemaRules } from './schema/check-rules';
export { declTypeOf, type DeclType, typesOf } from './schema/decl-type';
export { compileSchemaRules, type RuleFindings } from './schema/evaluate-rules';
export { evaluateMessage } from './schema/message';
export { hasRules, type RuleSchema } from './schema/rule-schema';
export { IssuesError } from './syntax/issues-error';
export * from './types/cel-type';
export { CancelledError, CelError } from './values/cel-error';
export { fromJson, JsonMap, toJson } from './values/json';
export { MapValue } from './values/map-value';
export { isList, type Value } from './values/value';
export { type CompiledExpression, compileExpression } from './admission/expression';
export { misnamedTypes } from './admission/made-object';
export { compileVariables, CONFIGURATION, type NamedExpression, PATCHES, policyEnvironment, type PolicyScope } from './admission/policy-environment';
export { ACCESS_REQUEST, ADMISSION_REQUEST, AUTHENTICATED_USER, NAMESPACE } from './admission/schemas';
export { DEVICE_ENVIRONMENT, deviceSelectorCost } from './admission/device-environment';
export { usedFields } from './checker/used-fields';
export { openApiTypes, type TypedObject } from './schema/open-api-types';
