"""Loads rules into a host of its own and sends it packets: one JSON object a line in, one a line out.

in:  {"dump": "…"} or {"commands": [["iptables", "-A", …], …]}, "packets": [{"path", "proto", "src", "dst", "sport", "dport", "uid", "flags"}]
out: {"statuses": [[status, stderr], …], "saved": […], "packets": [{"fate", "at", "src", "dst", "dport"}]}

Three network namespaces: outside -- host -- inside. Every packet is made by hand, all of a case are sent at once, and
raw sockets behind INPUT tell which arrived. Needs root and iproute2; touches nothing outside its namespaces.
"""
import ctypes, json, os, select, socket, struct, subprocess, sys, time

libc = ctypes.CDLL(None, use_errno=True)
NEWNS, NEWNET = 0x20000, 0x40000000
ORIGIN = {"in": "outside", "forward-in": "outside", "forward-out": "lan", "lan-in": "lan", "out": "host"}


def must(result):
    if result:
        raise OSError(ctypes.get_errno(), "namespaces")


def enter(fd):
    must(libc.setns(fd, NEWNET))


def ip(*lines):
    subprocess.run(["ip", "-force", "-batch", "-"], input="\n".join(lines), text=True, capture_output=True)


def setting(key, value):
    with open("/proc/sys/net/ipv4/" + key, "w") as file:
        file.write(str(value))


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class World:
    def __init__(self, base):
        self.fds = {}
        for name in ("outside", "host", "lan"):
            enter(base)
            must(libc.unshare(NEWNET))
            self.fds[name] = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        enter(self.fds["host"])
        link = "link add %s address 02:00:00:00:00:%s type veth peer name %s address 02:00:00:00:00:%s netns /proc/%d/fd/%d"
        ip("link set lo up", link % ("eth0", "10", "w0", "01", os.getpid(), self.fds["outside"]),
           link % ("eth1", "20", "l0", "02", os.getpid(), self.fds["lan"]),
           "addr add 192.0.2.10/32 dev eth0", "addr add 192.168.1.1/24 dev eth1", "link set eth0 up", "link set eth1 up",
           "neigh add 169.254.7.1 lladdr 02:00:00:00:00:01 nud permanent dev eth0",
           "neigh add 169.254.8.1 lladdr 02:00:00:00:00:02 nud permanent dev eth1",
           "route add default via 169.254.7.1 dev eth0 onlink",
           "route replace 192.168.1.0/24 via 169.254.8.1 dev eth1 onlink src 192.168.1.1")
        for key, value in (("ip_forward", 1), ("icmp_ratelimit", 0), ("icmp_ratemask", 0), ("icmp_msgs_per_sec", 100000),
                           ("icmp_msgs_burst", 100000), ("conf/all/rp_filter", 0), ("conf/eth0/rp_filter", 0), ("conf/eth1/rp_filter", 0)):
            setting(key, value)
        for name, dev, mac in (("outside", "w0", "10"), ("lan", "l0", "20")):
            enter(self.fds[name])
            ip("link set lo up", "link set %s up" % dev,
               "neigh add 169.254.9.1 lladdr 02:00:00:00:00:%s nud permanent dev %s" % (mac, dev),
               "route add default via 169.254.9.1 dev %s onlink" % dev,
               "route add local 0.0.0.0/0 dev lo table 9", "rule add iif %s lookup 9" % dev)
            setting("conf/all/rp_filter", 0)
            setting("conf/%s/rp_filter" % dev, 0)

    def close(self):
        for fd in self.fds.values():
            os.close(fd)


def made(packet, number):
    """The bytes of a packet; its number is its IP id, its TCP sequence, UDP payload or ICMP id."""
    src, dst = socket.inet_aton(packet["src"]), socket.inet_aton(packet["dst"])
    if packet["proto"] == "tcp":
        body = struct.pack("!HHIIBBHHH", packet["sport"], packet["dport"], number, 0, 0x50, packet["flags"], 8192, 0, 0)
        code, at = 6, 16
    elif packet["proto"] == "udp":
        body = struct.pack("!HHHHI", packet["sport"], packet["dport"], 12, 0, number)
        code, at = 17, 6
    else:
        body = struct.pack("!BBHHHI", 8, 0, 0, number, 1, number)
        code, at = 1, 2
    pseudo = b"" if code == 1 else src + dst + struct.pack("!BBH", 0, code, len(body))
    body = body[:at] + struct.pack("!H", checksum(pseudo + body)) + body[at + 2:]
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), number, 0, 64, code, 0, src, dst) + body


def note(data, at, packets, fates):
    """Notes what a packet that arrived somewhere tells of one that was sent."""
    src, dst = socket.inet_ntoa(data[12:16]), socket.inet_ntoa(data[16:20])
    proto, body, dport = data[9], data[20:], None
    if proto == 6:
        sport, dport, number = struct.unpack("!HHI", body[:8])
        if body[13] & 4:
            for i, packet in enumerate(packets):
                if packet["proto"] == "tcp" and packet["sport"] == dport and ORIGIN[packet["path"]] == at and fates[i]["fate"] == "DROP":
                    fates[i] = {"fate": "REJECT"}
            return
    elif proto == 17:
        dport, number = struct.unpack("!H", body[2:4])[0], struct.unpack("!I", body[8:12])[0]
    elif body[0] == 8:
        number = struct.unpack("!H", body[4:6])[0]
    elif body[0] == 3:
        i = struct.unpack("!H", body[12:14])[0] - 1000
        if 0 <= i < len(fates) and ORIGIN[packets[i]["path"]] == at and fates[i]["fate"] == "DROP":
            fates[i] = {"fate": "REJECT"}
        return
    else:
        return
    i = number - 1000
    if 0 <= i < len(fates) and fates[i]["fate"] != "ACCEPT":
        fates[i] = {"fate": "ACCEPT", "at": at, "src": src, "dst": dst, "dport": dport}


def send(packet, number):
    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    owner = packet.get("uid", 0)
    if owner:
        s.close()
        s = owned(owner)
    try:
        s.sendto(made(packet, number), (packet["dst"], 0))
    except OSError:
        pass
    s.close()


def owned(uid):
    """A raw socket of a user: who makes it owns it, so the thread is that user, with root's rights kept, meanwhile."""
    libc.prctl(8, 1, 0, 0, 0)
    must(libc.setfsgid(uid) and 0)
    libc.setfsuid(uid)
    header = struct.pack("Ii", 0x20080522, 0)
    data = struct.pack("IIIIII", 0xFFFFFFFF, 0xFFFFFFFF, 0, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    libc.capset(header, data)
    try:
        return socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    finally:
        libc.setfsuid(0)
        libc.setfsgid(0)


def run(world, case):
    enter(world.fds["host"])
    out = {"statuses": []}
    if "dump" in case:
        p = subprocess.run(["iptables-restore"], input=case["dump"], text=True, capture_output=True)
        out["statuses"].append([p.returncode, p.stderr])
    for argv in case.get("commands", []):
        p = subprocess.run(argv, text=True, capture_output=True)
        out["statuses"].append([p.returncode, p.stderr])
    listing = subprocess.run(["iptables-save"], text=True, capture_output=True).stdout
    out["saved"] = [line for line in listing.split("\n") if line.startswith("-A")]
    packets = case["packets"]
    fates = [{"fate": "DROP"} for _ in packets]
    listeners, poll = {}, select.poll()
    for name, fd in world.fds.items():
        enter(fd)
        for proto in (6, 17, 1):
            s = socket.socket(socket.AF_INET, socket.SOCK_RAW, proto)
            s.setblocking(False)
            listeners[s.fileno()] = (s, name)
            poll.register(s, select.POLLIN)
    for i, packet in enumerate(packets):
        enter(world.fds[ORIGIN[packet["path"]]])
        send(packet, 1000 + i)
    end = time.time() + case.get("wait", 0.05)
    while time.time() < end:
        for fd, _ in poll.poll(10):
            s, name = listeners[fd]
            try:
                while True:
                    note(s.recv(4096), name, packets, fates)
            except OSError:
                pass
    for s, _ in listeners.values():
        s.close()
    out["packets"] = fates
    return out


def main():
    must(libc.unshare(NEWNS))
    must(libc.mount(None, b"/", None, 0x4000 | 0x40000, None))
    base = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    for line in sys.stdin:
        world = World(base)
        try:
            print(json.dumps(run(world, json.loads(line))), flush=True)
        finally:
            enter(base)
            world.close()


main()
