// The parts of prom-client that we use. Its main file also loads clustering, a push gateway and collectors, and takes nine times
// as long.
export const PromRegistry: typeof import('prom-client').Registry = require('prom-client/lib/registry');
export const PromCounter: typeof import('prom-client').Counter = require('prom-client/lib/counter');
export const PromGauge: typeof import('prom-client').Gauge = require('prom-client/lib/gauge');
export const PromHistogram: typeof import('prom-client').Histogram = require('prom-client/lib/histogram');
