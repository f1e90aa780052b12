import { BucketCounts } from './bucket-counts';
import { addProcessMetrics } from './process-metrics';
import { exponentialBuckets, linearBuckets, MetricsRegistry } from './registry';

it('writes counters, gauges and histograms in the text format', async () => {
  const metrics = new MetricsRegistry();
  const requests = metrics.counter({ name: 'apiserver_request_total', help: 'Requests.', labelNames: ['verb', 'code'], stability: 'STABLE' });
  requests.inc({ verb: 'GET', code: '200' });
  requests.labels('GET', '200').inc(2);
  const depth = metrics.gauge({ name: 'depth', help: 'Depth.' });
  depth.set(7);
  metrics.gauge({ name: 'read_now', help: 'Now.', collect: (gauge) => gauge.set(5) });
  const total = metrics.counter({ name: 'outside_total', help: 'Counted elsewhere.', collect: (counter) => counter.inc(42) });
  const seconds = metrics.histogram({ name: 'seconds', help: 'Time.', labelNames: ['verb'], buckets: [0.1, 1] });
  seconds.observe({ verb: 'GET' }, 0.5);
  await metrics.expose();
  const { body, contentType } = await metrics.expose();
  expect(total).toBeDefined();
  expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(body.trim().split('\n').filter(Boolean)).toEqual([
    '# HELP apiserver_request_total [STABLE] Requests.',
    '# TYPE apiserver_request_total counter',
    'apiserver_request_total{verb="GET",code="200"} 3',
    '# HELP depth [ALPHA] Depth.',
    '# TYPE depth gauge',
    'depth 7',
    '# HELP read_now [ALPHA] Now.',
    '# TYPE read_now gauge',
    'read_now 5',
    '# HELP outside_total [ALPHA] Counted elsewhere.',
    '# TYPE outside_total counter',
    'outside_total 42',
    '# HELP seconds [ALPHA] Time.',
    '# TYPE seconds histogram',
    'seconds_bucket{le="0.1",verb="GET"} 0',
    'seconds_bucket{le="1",verb="GET"} 1',
    'seconds_bucket{le="+Inf",verb="GET"} 1',
    'seconds_sum{verb="GET"} 0.5',
    'seconds_count{verb="GET"} 1',
  ]);
});

it('tells of the process and the build', async () => {
  const metrics = new MetricsRegistry();
  addProcessMetrics(metrics);
  const { body } = await metrics.expose();
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_start_time_seconds', 'process_open_fds']) {
    expect(Number(new RegExp(`^${name} (.*)$`, 'm').exec(body)?.[1])).toBeGreaterThan(0);
  }
  expect(body).toMatch(/^kubernetes_build_info\{major="1",minor="36",git_version="v1\.36\.0",.*\} 1$/m);
});

it('makes buckets', () => {
  expect(exponentialBuckets(1, 2, 4)).toEqual([1, 2, 4, 8]);
  expect(linearBuckets(1, 2, 3)).toEqual([1, 3, 5]);
});

it('reads distributions that are counted elsewhere', async () => {
  const metrics = new MetricsRegistry();
  const counts = new BucketCounts([1, 2.5]);
  for (const value of [0.5, 1, 2, 7]) counts.observe(value);
  metrics.collectedHistogram({ name: 'waits', help: 'Waits.', labelNames: ['who'] }, () => [{ labels: { who: 'a "b"' }, counts }]);
  metrics.gauge({ name: 'depth', help: 'Depth.' }).set(1);
  const { body } = await metrics.expose();
  expect(body.trim().split('\n').filter(Boolean)).toEqual([
    '# HELP depth [ALPHA] Depth.',
    '# TYPE depth gauge',
    'depth 1',
    '# HELP waits [ALPHA] Waits.',
    '# TYPE waits histogram',
    'waits_bucket{le="1",who="a \\"b\\""} 2',
    'waits_bucket{le="2.5",who="a \\"b\\""} 3',
    'waits_bucket{le="+Inf",who="a \\"b\\""} 4',
    'waits_sum{who="a \\"b\\""} 10.5',
    'waits_count{who="a \\"b\\""} 4',
  ]);
});

it('keeps one distribution for a label set, and shows those that were observed', async () => {
  const metrics = new MetricsRegistry();
  const histogram = metrics.countedHistogram({ name: 'waits', help: 'Waits.', labelNames: ['who', 'why'], buckets: [1], stability: 'STABLE' });
  histogram.labels({ who: 'a', why: 'x' }).observe(0.5);
  histogram.labels({ why: 'x', who: 'a' }).observe(3);
  histogram.labels({ who: 'never', why: '' });
  const { body } = await metrics.expose();
  expect(body.trim().split('\n')).toEqual([
    '# HELP waits [STABLE] Waits.',
    '# TYPE waits histogram',
    'waits_bucket{le="1",who="a",why="x"} 1',
    'waits_bucket{le="+Inf",who="a",why="x"} 2',
    'waits_sum{who="a",why="x"} 3.5',
    'waits_count{who="a",why="x"} 2',
  ]);
});

it('makes one text for all who ask while another is made, with what was counted before they asked', async () => {
  const metrics = new MetricsRegistry();
  const seen = metrics.counter({ name: 'seen_total', help: 'Seen.' });
  let texts = 0;
  let begun: (() => void) | undefined;
  let goOn: (() => void) | undefined;
  const waits = new Promise<void>((resolve) => (goOn = resolve));
  const started = new Promise<void>((resolve) => (begun = resolve));
  metrics.gauge({
    name: 'texts', help: 'Texts made.',
    collect: async (gauge) => {
      gauge.set(++texts);
      begun?.();
      await waits;
      if (texts === 1) throw new Error('cannot be counted');
    },
  });
  const first = metrics.expose();
  await started;
  seen.inc();
  const others = Array.from({ length: 100 }, () => metrics.expose());
  goOn?.();
  await expect(first).rejects.toThrow('cannot be counted');
  for (const { body } of await Promise.all(others)) expect(body).toMatch(/seen_total 1\n[^]*texts 2/);
  expect((await metrics.expose()).body).toContain('texts 3');
});

it('makes one text for all who ask in one turn of the loop', async () => {
  const metrics = new MetricsRegistry();
  let texts = 0;
  metrics.gauge({ name: 'texts', help: 'Texts made.', collect: (gauge) => gauge.set(++texts) });
  const asked: Promise<unknown>[] = [];
  for (let i = 0; i < 5; i++) {
    asked.push(metrics.expose());
    for (let tick = 0; tick < 50; tick++) await Promise.resolve();
  }
  await Promise.all(asked);
  expect(texts).toBe(1);
});
