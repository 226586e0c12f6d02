/** The version of the product, as the package says it. */
import { version } from '../../../package.json';

export const productVersion: string = version;
