export { plain } from '../command/plain.ts';
