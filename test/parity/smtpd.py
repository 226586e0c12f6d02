#!/usr/bin/env python3
"""Asks the installed Postfix what it answers to SMTP sessions, in namespaces of its own.

Reads cases, one JSON object a line: {"main", "master", "files": {name: text}, "dns": {name: answer}, "sessions": [...]}.
Prints one line a case: a list with {"verdict", "code", "enhanced", "stage", "text"} for each session.
Run it as root, inside namespaces that may be thrown away:
    unshare --mount --net --uts --fork --propagation private python3 smtpd.py < cases
One network holds everything: each address is local to it, the server's own are those of the interface "own".
"""
import base64, ctypes, json, os, re, select, shutil, signal, socket, ssl, struct, subprocess, sys, tempfile, threading, time

ETC, SPOOL, DATA, CONF = "/etc", "/var/spool/postfix", "/var/lib/postfix", "/etc/postfix"
OWN4, OWN6 = "192.0.2.10", "2001:db8::10"
PORTS = {"smtp": 25, "smtps": 465, "submissions": 465, "submission": 587}


def run(*command, check=True):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if check and done.returncode:
        raise RuntimeError("%s: %s" % (" ".join(command), done.stdout))
    return done.stdout


class NameServer(threading.Thread):
    """Answers for the names of a case; all others do not exist."""

    TYPES = {1: "A", 2: "NS", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA"}

    def __init__(self):
        super().__init__(daemon=True)
        self.zone = {}
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))

    @staticmethod
    def pack(name):
        return b"".join(bytes([len(l)]) + l.encode("latin1") for l in name.split(".") if l) + b"\0"

    def run(self):
        while True:
            query, peer = self.socket.recvfrom(4096)
            try:
                self.socket.sendto(self.answer(query), peer)
            except OSError:
                pass

    def answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode("latin1"))
            at += 1 + query[at]
        kind = self.TYPES.get(struct.unpack(">H", query[at + 1:at + 3])[0], "?")
        known = self.zone.get(".".join(labels).lower(), "NXDOMAIN")
        code = {"NXDOMAIN": 3, "SERVFAIL": 2}.get(known, 0) if isinstance(known, str) else 0
        records = [] if isinstance(known, str) else known.get(kind, [])
        body = b""
        for value in records:
            if kind == "A":
                data = socket.inet_aton(value)
            elif kind == "AAAA":
                data = socket.inet_pton(socket.AF_INET6, value)
            elif kind == "MX":
                preference, _, host = value.rpartition(" ")
                data = struct.pack(">H", int(preference or 10)) + self.pack(host)
            elif kind == "TXT":
                data = bytes([len(value)]) + value.encode()
            else:
                data = self.pack(value)
            body += b"\xc0\x0c" + query[at + 1:at + 5] + struct.pack(">IH", 60, len(data)) + data
        head = query[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(records), 0, 0)
        return head + query[12:at + 5] + body


def login_client(connection):
    """Dovecot's authentication protocol: any user, one password."""
    stream = connection.makefile("rwb", buffering=0)
    try:
        stream.write(b"VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\nSPID\t9\nCUID\t9\n"
                     b"COOKIE\t00112233445566778899aabbccddeeff\nDONE\n")
        for line in stream:
            words = line.decode("latin1").rstrip("\n").split("\t")
            if words[0] != "AUTH":
                continue
            given = [w[5:] for w in words if w.startswith("resp=")]
            parts = base64.b64decode(given[0] + "==").split(b"\0") if given else []
            good = len(parts) == 3 and parts[2] == b"secret"
            stream.write(("OK\t%s\tuser=%s\n" % (words[1], parts[1].decode("latin1")) if good
                          else "FAIL\t%s\n" % words[1]).encode("latin1"))
    except OSError:
        pass


def serve_logins(listening):
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=login_client, args=(connection,), daemon=True).start()


class Server:
    def __init__(self):
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # orphans come to us, to be waited for
        self.base = tempfile.mkdtemp(prefix="smtpd-parity.")
        run("mount", "-t", "tmpfs", "-o", "mode=755", "none", self.base)
        for name in ("upper", "work", "spool", "data", "dev"):
            os.mkdir("%s/%s" % (self.base, name))
        self.private_dev()
        run("mount", "-t", "overlay", "overlay", "-o",
            "lowerdir=/etc,upperdir=%s/upper,workdir=%s/work" % (self.base, self.base), ETC)
        run("mount", "--bind", self.base + "/spool", SPOOL)
        run("mount", "--bind", self.base + "/data", DATA)
        run("hostname", "mail.example.com")
        run("ip", "link", "set", "lo", "up")
        self.settle_etc()
        self.settle_spool()
        run("ip", "link", "add", "own", "type", "veth", "peer", "name", "other")
        run("ip", "link", "set", "other", "up")
        run("ip", "link", "set", "own", "up")
        run("ip", "addr", "add", OWN4 + "/24", "dev", "own")
        run("ip", "-6", "addr", "add", OWN6 + "/64", "dev", "own", "nodad")
        for net in ("0.0.0.0/0", "192.0.2.0/24"):
            run("ip", "route", "add", "local", net, "dev", "lo")
        for net in ("::/0", "2001:db8::/64"):
            run("ip", "-6", "route", "add", "local", net, "dev", "lo")
        self.names = NameServer()
        self.names.start()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE

    def private_dev(self):
        """A /dev in which /dev/log is ours, so that a dying process is noticed at once."""
        for name in ("null", "zero", "full", "random", "urandom"):
            open("%s/dev/%s" % (self.base, name), "w").close()
            run("mount", "--bind", "/dev/" + name, "%s/dev/%s" % (self.base, name))
        self.syslog = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.syslog.bind(self.base + "/dev/log")
        os.chmod(self.base + "/dev/log", 0o666)
        self.lines = []
        threading.Thread(target=self.read_log, daemon=True).start()
        run("mount", "--rbind", self.base + "/dev", "/dev")

    def read_log(self):
        while True:
            self.lines.append(self.syslog.recv(65536).decode("utf-8", "replace"))

    def settle_etc(self):
        texts = {
            "resolv.conf": "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n",
            "hosts": "127.0.0.1 localhost\n::1 localhost\n%s mail.example.com mail\n" % OWN4,
            "host.conf": "multi on\n",
            "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n",
            "aliases": "postmaster: root\nstaff: alice, bob\n",
        }
        for name, text in texts.items():
            path = "%s/%s" % (ETC, name)
            if os.path.lexists(path):
                os.unlink(path)
            with open(path, "w") as f:
                f.write(text)
        with open(ETC + "/passwd", "a") as f:
            for number, user in enumerate(("alice", "bob", "carol")):
                f.write("%s:x:%d:65534::/nonexistent:/bin/false\n" % (user, 21001 + number))
        os.makedirs(ETC + "/ssl/certs", exist_ok=True)
        os.makedirs(ETC + "/ssl/private", exist_ok=True)
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=mail.example.com", "-days", "9",
            "-keyout", ETC + "/ssl/private/ssl-cert-snakeoil.key", "-out", ETC + "/ssl/certs/ssl-cert-snakeoil.pem")
        for name in ("main.cf", "master.cf"):
            if os.path.lexists("%s/%s" % (CONF, name)):
                os.unlink("%s/%s" % (CONF, name))
        self.stock = set(os.listdir(CONF))
        with open(CONF + "/main.cf", "w") as f:
            f.write("compatibility_level = 3.6\n")
        run("postalias", "hash:/etc/aliases")

    def settle_spool(self):
        for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace"):
            os.mkdir("%s/%s" % (SPOOL, name), 0o700)
            shutil.chown("%s/%s" % (SPOOL, name), "postfix", "root")
        for name, mode in (("maildrop", 0o1730), ("public", 0o710)):
            os.mkdir("%s/%s" % (SPOOL, name))
            shutil.chown("%s/%s" % (SPOOL, name), "postfix", "postdrop")
            os.chmod("%s/%s" % (SPOOL, name), mode)
        os.mkdir(SPOOL + "/pid")
        os.mkdir(SPOOL + "/etc")
        for name in ("resolv.conf", "hosts", "host.conf", "nsswitch.conf", "services", "localtime"):
            if os.path.exists("%s/%s" % (ETC, name)):
                shutil.copy("%s/%s" % (ETC, name), SPOOL + "/etc/" + name)
        shutil.chown(DATA, "postfix", "postfix")

    def install(self, case):
        for name in set(os.listdir(CONF)) - self.stock:
            os.unlink("%s/%s" % (CONF, name))
        files = {"main.cf": case["main"], "master.cf": case["master"], **(case.get("files") or {})}
        for name, text in files.items():
            with open("%s/%s" % (CONF, name), "w", encoding="latin1" if case.get("encoding") == "latin1" else "utf-8") as f:
                f.write(text)
        whole = case["main"] + case["master"]
        for name in case.get("files") or {}:
            if re.search(r"\bhash:[^\s,]*/%s(?![\w.-])" % re.escape(name), whole):
                run("postmap", "hash:%s/%s" % (CONF, name), check=False)
        then = time.time() - 900
        for name in os.listdir(CONF):
            when = then + (300 if name.endswith(".db") else 0)
            os.utime("%s/%s" % (CONF, name), (when, when))

    def start(self):
        for folder in ("private", "public", "pid"):
            for name in os.listdir("%s/%s" % (SPOOL, folder)):
                os.unlink("%s/%s/%s" % (SPOOL, folder, name))
        for name in os.listdir(DATA):
            os.unlink("%s/%s" % (DATA, name))
        self.logins = socket.socket(socket.AF_UNIX)
        self.logins.bind(SPOOL + "/private/auth")
        os.chmod(SPOOL + "/private/auth", 0o666)
        self.logins.listen(8)
        threading.Thread(target=serve_logins, args=(self.logins,), daemon=True).start()
        self.lines.clear()
        self.master = subprocess.Popen(["/usr/lib/postfix/sbin/master", "-d", "-c", CONF], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        end = time.time() + 5
        while time.time() < end:
            if any("daemon started" in line for line in self.lines):
                return True
            if self.master.poll() is not None:
                return False
            time.sleep(0.002)
        return False

    def stop(self):
        try:
            os.killpg(self.master.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.master.wait()
        try:  # the ports are free when the last child is gone
            while True:
                os.waitpid(-self.master.pid, 0)
        except ChildProcessError:
            pass
        self.logins.close()

    def died(self, since):
        return any(re.search(r"smtpd(?:\[\d+\])?: (?:fatal|panic): |smtpd pid \d+ (?:exit|killed)|throttling", line)
                   for line in self.lines[since:])

    def session(self, case, given):
        address = given.get("client_address") or "203.0.113.9"
        name = given.get("client_name") or "unknown"
        v6 = ":" in address
        zone = dict(case.get("dns") or {})
        if name != "unknown":
            packed = socket.inet_pton(socket.AF_INET6 if v6 else socket.AF_INET, address)
            reverse = ".".join(reversed(packed.hex())) + ".ip6.arpa" if v6 else \
                ".".join(str(b) for b in reversed(packed)) + ".in-addr.arpa"
            zone[reverse] = {"PTR": [name]}
            zone.setdefault(name.lower(), {"AAAA" if v6 else "A": [address]})
        self.names.zone = zone
        service = str(given.get("service") or "smtp").rsplit(":", 1)[-1]
        port = PORTS.get(service) or int(service)
        loopback = address.startswith("127.") or address == "::1"
        server = given.get("server_address") or (address if loopback else OWN6 if v6 else OWN4)
        since = len(self.lines)
        link = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET)
        try:
            if v6:
                link.setsockopt(socket.IPPROTO_IPV6, 78, 1)
            link.bind((address, 0))
            link.settimeout(10)
            link.connect((server, port))
            return self.talk(link, given, service, since)
        except TimeoutError as error:
            return {"verdict": "timeout", "stage": "connect", "text": str(error)}
        except OSError as error:
            return {"verdict": "fatal", "stage": "connect", "text": str(error)}
        finally:
            link.close()

    def talk(self, link, given, service, since):
        wrapped = service in ("465", "smtps", "submissions")
        pending = b""

        def answer():
            nonlocal pending
            while True:
                end = time.time() + 10
                while b"\n" not in pending:
                    ready = getattr(link, "pending", int)() or select.select([link], [], [], 0.02)[0]
                    if not ready:
                        if self.died(since):
                            return None
                        if time.time() > end:
                            raise TimeoutError("no answer")
                        continue
                    more = link.recv(4096)
                    if not more:
                        return None
                    pending += more
                line, pending = pending.split(b"\n", 1)
                if line[3:4] != b"-":
                    return line.decode("latin1").rstrip("\r")

        def say(command):
            link.sendall(command.encode("utf-8") + b"\r\n")
            return answer()

        def refused(line, stage):
            if line is None:
                return {"verdict": "fatal", "stage": stage}
            if line[:1] not in "45":
                return None
            parts = re.match(r"(\d{3})[ -](?:(\d\.\d+\.\d+) )?(.*)", line)
            return {"verdict": "defer" if line[0] == "4" else "reject", "stage": stage, "code": parts[1],
                    "enhanced": parts[2], "text": parts[3]}

        helo = given.get("helo", "mx.example.net")
        steps = []
        try:
            if wrapped:
                link.settimeout(3)
                link = self.context.wrap_socket(link)
                link.settimeout(10)
            bad = refused(answer(), "connect")
        except TimeoutError:
            raise
        except (OSError, ssl.SSLError):
            bad = {"verdict": "fatal", "stage": "connect"}
        if bad:
            return bad
        if helo is not None:
            steps.append(("helo", "EHLO " + helo))
        if given.get("tls") and not wrapped:
            steps.append(("starttls", "STARTTLS"))
            if helo is not None:
                steps.append(("helo", "EHLO " + helo))
        if given.get("sasl_username"):
            token = base64.b64encode(("\0%s\0secret" % given["sasl_username"]).encode()).decode()
            steps.append(("auth", "AUTH PLAIN " + token))
        steps += [("mail", "MAIL FROM:<%s>" % (given.get("sender") or "")), ("rcpt", "RCPT TO:<%s>" % given.get("recipient")),
                  ("data", "DATA")]
        if given.get("deliver"):
            steps.append(("eod", "Subject: test\r\n\r\ntest\r\n."))
        accepted = None
        for stage, command in steps:
            try:
                line = say(command)
            except TimeoutError:
                raise
            except (OSError, ssl.SSLError):
                line = None
            bad = refused(line, stage)
            if bad:
                return bad
            if stage == "rcpt":
                accepted = line
            if stage == "starttls":
                try:
                    link = self.context.wrap_socket(link)
                except (OSError, ssl.SSLError):
                    return {"verdict": "fatal", "stage": "starttls"}
        parts = re.match(r"(\d{3}) (?:(\d\.\d+\.\d+) )?(.*)", accepted)
        return {"verdict": "accept", "stage": "rcpt", "code": parts[1], "enhanced": parts[2], "text": parts[3]}

    def case(self, case):
        self.install(case)
        up = self.start()
        try:
            if not up:
                return [{"verdict": "fatal", "stage": "start"} for _ in case["sessions"]]
            dead, out = set(), []
            for given in case["sessions"]:
                service = str(given.get("service") or "smtp")
                if service in dead:
                    out.append({"verdict": "fatal", "stage": "connect"})
                    continue
                since = len(self.lines)
                result = self.session(case, given)
                out.append(result)
                if result["verdict"] == "fatal":
                    time.sleep(0.03)
                    result["log"] = [l for l in self.lines[since:] if re.search("fatal|panic|error", l)][-3:]
                if self.died(since):
                    dead.add(service)
            return out
        finally:
            self.stop()


def main():
    server = Server()
    try:
        for line in sys.stdin:
            if line.strip():
                print(json.dumps(server.case(json.loads(line))), flush=True)
    finally:
        os.chdir("/")
        run("umount", "-l", server.base, check=False)
        os.rmdir(server.base)


if __name__ == "__main__":
    main()
