/** What the command line answers to the recorded cases is what the real programs answered. */
import { deepEqual } from 'node:assert/strict';
import { differences, open, recorded, runPolicy, type Case } from './support/recorded';

/** Runs all cases of a file and holds them against the record; prints how many there were. */
function allAsRecorded(title: string, path: string, run: (given: Case) => ReturnType<typeof runPolicy>): void {
  it(title, function () {
    this.timeout(240_000);
    const cases = recorded(path);
    if (!cases) this.skip();
    let asked = 0;
    let left = 0;
    const wrong = cases.flatMap(given => {
      const results = run(given);
      asked += results.length;
      left += open(results);
      return differences(given.id, results);
    });
    console.log(
      `Recorded ${title}: ${asked - wrong.length - left} of ${asked} answers agree, ${left} hang on DNS, in ${cases.length} cases`,
    );
    deepEqual(wrong, []);
  });
}

describe('recorded answers', () => {
  before(function () {
    if (recorded('smtp/cases.jsonl')) return;
    console.log('Skipped: the recorded answers are not there (../shared/oracle)');
    this.skip();
  });

  allAsRecorded('SMTP sessions', 'smtp/cases.jsonl', given => {
    const {
      main,
      master,
      files = {},
      session,
      sessions = [session],
      dns,
      host,
    } = given as Case & {
      main: string;
      master: string | null;
      files?: Record<string, string>;
      session?: object;
      sessions?: object[];
      dns?: object;
      host?: object;
    };
    const folder = Object.fromEntries(Object.entries(files).map(([name, text]) => [`/t/etc/postfix/${name}`, text]));
    return runPolicy(
      { site: 'etc/postfix', sessions, ...(dns && { dns }), ...(host && { host }) },
      { ...folder, '/t/etc/postfix/main.cf': main, ...(master !== null && { '/t/etc/postfix/master.cf': master }) },
    );
  });

  allAsRecorded('packets', 'iptables/cases.jsonl', given => {
    const {
      format,
      script,
      files = {},
      packets,
      args,
      env,
      family,
      ...around
    } = given as Case & {
      format: 'shell' | 'save';
      script: string;
      files?: Record<string, string>;
      packets: object[];
      args?: string[];
      env?: Record<string, string>;
      family?: number;
      addresses?: object;
      ifaces?: object;
      shell?: string;
    };
    const name = format === 'save' ? 'rules.v4' : 'firewall.sh';
    const beside = Object.fromEntries(Object.entries(files).map(([path, text]) => [`/t/${path}`, text]));
    const { addresses, ifaces, shell } = around;
    return runPolicy(
      {
        firewall: { script: name, ...(args && { args }), ...(env && { env }), ...(family && { family }) },
        ...(addresses && { addresses }),
        ...(ifaces && { ifaces }),
        ...(shell !== undefined && { shell }),
        packets,
      },
      { ...beside, [`/t/${name}`]: script },
    );
  });

  allAsRecorded('headers', 'headers/cases.jsonl', given => {
    const { type, use, table, inputs, encoding } = given as Case & {
      type: 'pcre' | 'regexp';
      use: string;
      table: string;
      inputs: readonly { key?: string; message?: string; mode?: string; expect: string | null }[];
      encoding?: string;
    };
    const headers = inputs.map(({ key, message, mode, expect }) => ({
      table: `${type}:table`,
      use,
      expect,
      ...(key !== undefined ? { header: key } : { message, mode }),
    }));
    const bytes = encoding === 'latin1' ? Buffer.from(table, 'latin1') : Buffer.from(table, 'utf8');
    return runPolicy({ headers, ...(encoding !== undefined && { encoding }) }, { '/t/table': bytes });
  });
});
