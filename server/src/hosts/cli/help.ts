/** The text of --help. */
import type { Lang } from '../../text/message';

const english = `postfix-lint: finds what is wrong in Postfix configuration and iptables scripts, and shows it

  postfix-lint [check] [PATH…]             check files and folders (default: the current folder)
      --baseline FILE                        leave out the findings recorded in FILE
      --write-baseline FILE                  record what is found in FILE (the only write beside fix)
  postfix-lint fix [PATH…]                 apply the fixes that are safe
      --rule ID…                             the fixes of these rules instead
      --dry-run                              print a unified diff, write nothing
  postfix-lint try session OPTIONS [SITE]  what would Postfix answer?
      --service smtp --client-address 203.0.113.9 --client-name unknown --helo mx.example.net
      --sasl-username NAME --tls --sender a@example.net --recipient b@example.org --server-address A
  postfix-lint try header --table pcre:FILE "From: …"
      --use header_checks|body_checks|access|plain, or --service smtp [--site SITE] in place of --table
      --message FILE|- --mode h|b|hm|bm      a whole mail, as postmap -hq - takes it
  postfix-lint try packet OPTIONS FIREWALL what becomes of a packet?
      --path in|out|forward-out|forward-in|lan-in --proto tcp|udp|icmp --src A --dst A --sport N --dport N
      --state new|established --reply --user NAME --flags SYN --arg WORD… --env NAME=VALUE…
  postfix-lint test FILE…                  run policy tests (YAML or JSON)
  postfix-lint show [SERVICE] [--site PATH]  the effective settings, each with its origin
  postfix-lint show pcre:FILE              each rule of a table: what it catches, who takes that, whom it overlaps
  postfix-lint report [PATH]               the Port 25 report
  postfix-lint rules                       the catalogue
  postfix-lint explain ID                  one rule's page

Options everywhere
  --format pretty|json       check also: sarif, github
  --lang en|pt-BR
  --postfix-version 3.7      the version aimed at (default: the newest known)
  --domain NAME…             own domains beside those the site names
  --only ID…, --skip ID…     these rules alone, all but these rules
  --fail-on error|warning|information|hint   (default: warning)
  --stdin-filename NAME      what the text at - (the standard input) is
  --no-color, --help, --version

What takes several values is repeated or separated by commas.
Exit status: 0 nothing at or above --fail-on; 1 something is; 2 wrong use, or a PATH that cannot be read.
.postfix-lint.yaml in a site's folder or above it is read; options win over it. Nothing is executed.
`;

const portuguese = `postfix-lint: encontra o que está errado em configurações do Postfix e scripts do iptables, e mostra

  postfix-lint [check] [CAMINHO…]          verifica arquivos e pastas (padrão: a pasta atual)
      --baseline ARQUIVO                     omite os achados registrados no ARQUIVO
      --write-baseline ARQUIVO               registra os achados no ARQUIVO (fora o fix, só isto grava)
  postfix-lint fix [CAMINHO…]              aplica as correções seguras
      --rule ID…                             em vez delas, as correções destas regras
      --dry-run                              mostra um diff unificado, não grava nada
  postfix-lint try session OPÇÕES [SITE]   o que o Postfix responderia?
      --service smtp --client-address 203.0.113.9 --client-name unknown --helo mx.example.net
      --sasl-username NOME --tls --sender a@example.net --recipient b@example.org --server-address A
  postfix-lint try header --table pcre:ARQUIVO "From: …"
      --use header_checks|body_checks|access|plain, ou --service smtp [--site SITE] no lugar de --table
      --message ARQUIVO|- --mode h|b|hm|bm   uma mensagem inteira, como em postmap -hq -
  postfix-lint try packet OPÇÕES FIREWALL  o que acontece com um pacote?
      --path in|out|forward-out|forward-in|lan-in --proto tcp|udp|icmp --src A --dst A --sport N --dport N
      --state new|established --reply --user NOME --flags SYN --arg PALAVRA… --env NOME=VALOR…
  postfix-lint test ARQUIVO…               executa testes de política (YAML ou JSON)
  postfix-lint show [SERVIÇO] [--site CAMINHO]  as opções em vigor, cada uma com sua origem
  postfix-lint show pcre:ARQUIVO           cada regra de uma tabela: o que pega, quem o leva, com quem se cruza
  postfix-lint report [CAMINHO]            o relatório da porta 25
  postfix-lint rules                       o catálogo
  postfix-lint explain ID                  a página de uma regra

Opções de todos os comandos
  --format pretty|json       check também: sarif, github
  --lang en|pt-BR
  --postfix-version 3.7      a versão de destino (padrão: a mais nova conhecida)
  --domain NOME…             domínios próprios além dos que o site nomeia
  --only ID…, --skip ID…     só estas regras, todas menos estas
  --fail-on error|warning|information|hint   (padrão: warning)
  --stdin-filename NOME      o que é o texto em - (a entrada padrão)
  --no-color, --help, --version

O que aceita vários valores é repetido ou separado por vírgulas.
Código de saída: 0 nada no nível de --fail-on ou acima; 1 há algo; 2 uso errado ou CAMINHO ilegível.
.postfix-lint.yaml na pasta do site ou acima dela é lido; as opções prevalecem. Nada é executado.
`;

/** What --help prints; no line is wider than a terminal of 110 columns. */
export function helpText(lang: Lang): string {
  return lang === 'en' ? english : portuguese;
}
