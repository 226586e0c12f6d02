/** Which Postfix is installed here. The one place where the extension runs a program of the machine. */
import { execFile } from 'node:child_process';

/** Where postconf(1) lies: it is for root first, and its folder often not on the PATH of others. */
const places = ['postconf', '/usr/sbin/postconf', '/usr/local/sbin/postconf'];

/**
 * The version that postconf(1) was built with, such as `3.7.11`; main.cf is not read. Undefined where none is installed or
 * its answer is no version.
 */
export async function installedVersion(programs: readonly string[] = places): Promise<string | undefined> {
  for (const program of programs) {
    const answer = await output(program, ['-dh', 'mail_version']);
    const version = /^(\d+\.\d+(?:\.\d+)?)(?=[-\s]|$)/.exec(answer)?.[1];
    if (version !== undefined) return version;
  }
  return undefined;
}

function output(program: string, args: readonly string[]): Promise<string> {
  return new Promise(done => {
    execFile(program, args, { timeout: 5000 }, (error, stdout) => done(error ? '' : stdout));
  });
}
