export * from './amounts';
export { countEvaluator, objectCountName } from './count-evaluator';
export { type QuotaEvaluator, quotaMatches, type QuotaWrite, scopesOf, type ScopeSelector } from './evaluator';
export { evaluatorFor, specialEvaluators } from './evaluators';
export { podLimits, podRequests } from './pod-resources';
