export { layoutOf, type Layout } from './cluster/layout';
export { type ClusterOptions, planProcesses, type ProcessPlan } from './cluster/plan';
