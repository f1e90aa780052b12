export { compile, type Evaluation, Program } from './program';
