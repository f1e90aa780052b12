import { describeKinds } from './support/describe-kinds';

describeKinds('1.35');
