export { MetricsCluster } from './cluster';
