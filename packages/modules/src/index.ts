export { File } from './files/file.ts';
