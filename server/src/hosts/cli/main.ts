/** The program `postfix-lint`: gives the process's streams to the command line. */
import { readFileSync, writeSync } from 'node:fs';
import { run } from './run';

/** Writes all of a text, also to a pipe that takes it piece by piece; a reader that has gone away is no fault. */
function write(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
    }
  }
}

process.exitCode = run(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  colour: process.stdout.isTTY,
  out: text => write(1, text),
  err: text => write(2, text),
  stdin: () => readFileSync(0),
});
