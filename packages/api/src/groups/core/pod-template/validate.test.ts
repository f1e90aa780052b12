import { context, messagesOf, template } from '../../../testing/workloads';
import type { corev1 } from '../../../types';
import { setDefaults } from './defaults';
import { strategy } from './strategy';

const podTemplate = (content?: corev1.PodTemplateSpec): corev1.PodTemplate => {
  const object: corev1.PodTemplate = {
    apiVersion: 'v1',
    kind: 'PodTemplate',
    metadata: { name: 'web' },
    ...(content && { template: content }),
  };
  setDefaults(object);
  return object;
};

describe('pod templates', () => {
  it('hold a valid template', () => {
    expect(messagesOf(strategy.validate?.(podTemplate(template()), context))).toEqual([]);
    expect(messagesOf(strategy.validate?.(podTemplate(), context))).toEqual(['template.spec.containers: Required value']);
  });

  it('may leave an image padded, which pods may not', () => {
    const padded = template((spec) => void (spec.containers = [{ name: 'a', image: ' x' }]));
    expect(messagesOf(strategy.validate?.(podTemplate(padded), context))).toEqual([]);
  });
});
