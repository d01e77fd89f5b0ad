"""Two hundred and more ways to write an address that leads inside, and what a careless resolver makes of each."""

import socket
from collections.abc import Sequence

LOOPBACK = "127.0.0.1"
_INSIDE = (
    "127.0.0.1", "127.0.0.2", "127.255.255.254", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255",
    "192.168.0.1", "192.168.255.255", "169.254.0.1", "169.254.169.254", "169.254.170.2", "100.64.0.1",
    "100.100.100.200", "100.127.255.255", "0.0.0.0", "0.1.2.3", "192.0.0.1", "192.0.0.192", "192.0.2.1",
    "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255", "168.63.129.16", "192.88.99.1",
)  # fmt: skip
_INSIDE_6 = (
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:7f00:1",
    "0:0:0:0:0:ffff:7f00:1", "::127.0.0.1", "::7f00:1", "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2002:a9fe:a9fe::", "fe80::1",
    "fe80::5efe:7f00:1", "febf::1", "fc00::1", "fd00:ec2::254", "fdff::1", "fec0::1", "ff02::1", "ff0e::1",
    "2001:db8::1", "2001::1", "2001:0:7f00:1::", "2001:10::1", "100::1", "3fff::1", "5f00::1", "fd20:ce::254",
    "2606:4700::200:5efe:127.0.0.1",
)  # fmt: skip
_NUMBERS = (
    "2130706433", "0x7f000001", "017700000001", "0x7F.0.0.1", "0x7f.0x0.0x0.0x1", "0177.0.0.1", "0177.0.0.01",
    "00000177.0.0.1", "127.1", "127.0.1", "127.0.0x1", "127.0.0.01", "127.000.000.001", "0x7f.1", "0177.1",
    "2852039166", "0xa9fea9fe", "0xA9.0xFE.0xA9.0xFE", "0251.0376.0251.0376", "169.254.43518", "169.16689662",
    "167772161", "0xa000001", "012.0.0.1", "10.1", "192.168.1", "3232235521", "0300.0250.0.1", "0", "0x0", "00",
    "0.0", "0.0.0", "127.0.0.1.", "2130706433.", "0x7f000001.", "4294967295", "1e3",
)  # fmt: skip
_NAMES = (
    "localhost", "LOCALHOST", "localhost.", "localhost..", "a.localhost", "ip6-localhost", "ip6-loopback",
    "localhost.localdomain", "printer.local", "printer.local.", "db.internal", "metadata.google.internal",
    "metadata", "intranet", "router.lan", "nas.home", "x.home.arpa", "dc.corp", "wiki.intranet", "h.onion",
    "evil.example", "rebind.evil.example", "127.0.0.1.evil.example", "xn--evil-zqa.example", "WWW.Evil.Example",
)  # fmt: skip
_SHAPES = (
    "http://user@{host}/", "http://user:pass@{host}/", "http://evil.example@{host}/", "http://{host}@evil.example/",
    "http://evil.example#@{host}/", "http://evil.example\\@{host}/", "http://{host}\\.evil.example/",
    "http://evil.example:80@{host}/", "http://{host}:/", "http://{host}:0/", "http://{host}:99999/",
    "http://{host}%00.evil.example/", "http://{host}%2eevil.example/", "http://%31%32%37.0.0.1/",
    "http://{host}%20/", "http:// {host}/", "http://{host} /", "\thttp://{host}/", "http://{host}\n/",
    "ht\ntp://{host}/", "http://{host}\t/", "http:///{host}/", "http:/{host}/", "http:{host}/", "//{host}/",
    "{host}/", "http://{host}?@evil.example/", "http://{host}#@evil.example/", "http://[{host}]/", "http://[{host}/",
    "http://{host}]/", "http://[::1]{host}/", "http://[::1%25lo]/", "http://[::1%lo]/", "http://[v1.x]/",
    "ftp://{host}/", "file:///etc/passwd", "file://{host}/etc/passwd", "gopher://{host}:25/x", "dict://{host}:11211/",
    "ldap://{host}/", "jar:http://{host}/!/", "data:text/plain,x", "javascript:alert(1)", "unix:///var/run/docker.sock",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/", "ws://{host}/", "HTTP://{host}/", "hTTps://{host}/",
    "http://１２７.0.0.1/", "http://127。0。0。1/", "http://127．0．0．1/", "http://①②⑦.⓪.⓪.①/", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "http://loc\u00adalhost/", "http://local\u200bhost/", "http://lοcalhost/", "http://еvil.example/",
    "http://{host}\u2028/", "http://{host}\u202e/", "http://{host}\ufeff/", "http://-evil.example/",
    "http://evil_.example/", "http://.example/", "http://evil..example/", "http://", "http://?", "http://#",
    "http://.", "http://*/", "http://evil.example,{host}/", "http://evil.example;{host}/", "http://(evil).example/",
    "http://{host}:80:80/", "http://{host}:+80/", "http://{host}:８０/", "", "   ",
)  # fmt: skip


def hostile_urls(port: int) -> tuple[str, ...]:
    """List them; where a port can stand, it is that of a server that would notice."""
    places = [f"http://{host}:{port}/" for host in (*_INSIDE, *_NUMBERS, *_NAMES)]
    places += [f"https://{host}:{port}/" for host in (*_INSIDE[:3], *_NAMES[:3])]
    places += [f"http://[{host}]:{port}/" for host in _INSIDE_6]
    shaped = [shape.replace("{host}", f"{LOOPBACK}:{port}") for shape in _SHAPES]
    return tuple(dict.fromkeys((*places, *shaped, "http://" + "a" * 3000 + ".example/")))


def careless(host: str, port: int) -> Sequence[str]:
    """Resolve as an old C library does, and every name as an attacker would have it: to the loopback."""
    try:
        return (socket.inet_ntoa(socket.inet_aton(host)),)
    except OSError:
        return (host,) if ":" in host else (LOOPBACK,)
