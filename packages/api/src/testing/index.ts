export { samples } from '../samples/samples';
