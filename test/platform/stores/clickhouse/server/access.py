"""Access statements (CREATE USER, GRANT ...) kept as the engine's users.xml, which is the only storage it can read.

The engine has already parsed, validated and privilege-checked a statement, and formatted it, when it comes here.
"""
import hashlib
import json
import os
import re
from xml.sax.saxutils import escape

IDENTIFIER = r"(?:`(?:[^`\\]|\\.)+`|[A-Za-z_][\w-]*)"
LITERAL = r"'(?:[^'\\]|\\.)*'"
LIST = rf"{IDENTIFIER}(?:, {IDENTIFIER})*"
STATEMENT = re.compile(rb"^\s*(?:(?:--[^\n]*\n|/\*.*?\*/)\s*)*(CREATE|ALTER|DROP|GRANT|REVOKE)\b", re.I | re.S)


class CannotExpress(Exception):
    """The statement has no equivalent in users.xml."""


class AlreadyExists(Exception):
    """CREATE of a name that is taken."""


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def double_sha1(text):
    return hashlib.sha1(hashlib.sha1(text.encode()).digest()).hexdigest()


CREDENTIALS = {
    "no_password": lambda secret: ("no_password", ""),
    "plaintext_password": lambda secret: ("password", secret),
    "sha256_password": lambda secret: ("password_sha256_hex", sha256(secret)),
    "sha256_hash": lambda secret: ("password_sha256_hex", secret.lower()),
    "double_sha1_password": lambda secret: ("password_double_sha1_hex", double_sha1(secret)),
    "double_sha1_hash": lambda secret: ("password_double_sha1_hex", secret.lower()),
}


def text_of(literal):
    special = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
    return re.sub(r"\\(.)", lambda match: special.get(match[1], match[1]), literal[1:-1])


def names_in(text):
    names = [name.strip("`") for name in re.findall(IDENTIFIER, text)]
    for name in names:
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", name):
            raise CannotExpress(f"the name {name!r}")
    return names


def apply_options(options, user):
    """IDENTIFIED, HOST, DEFAULT ROLE, DEFAULT DATABASE, SETTINGS: the tail of CREATE USER and ALTER USER."""
    found = re.match(rf" IDENTIFIED(?: WITH (\w+))?(?: BY ({LITERAL}))?", options)
    if found:
        kind = found[1] or ("sha256_password" if found[2] else "no_password")
        if kind not in CREDENTIALS:
            raise CannotExpress("IDENTIFIED WITH " + kind)
        user["credential"] = CREDENTIALS[kind](text_of(found[2]) if found[2] else "")
        options = options[found.end() :]
    found = re.match(r" HOST (ANY|LOCAL|NONE|IP '(?:127\.|0\.0\.0\.0/0|::/0)[^']*')", options)
    if found:
        user["reachable"] = found[1] != "NONE"
        options = options[found.end() :]
    found = re.match(r" DEFAULT ROLE ALL", options)
    if found:
        options = options[found.end() :]
    found = re.match(rf" DEFAULT DATABASE ({IDENTIFIER})", options)
    if found:
        user["database"] = found[1].strip("`")
        options = options[found.end() :]
    value = rf"(?:{LITERAL}|[\w.]+)"
    found = re.match(rf" SETTINGS (\w+ = {value}(?:, \w+ = {value})*)$", options)
    if found:
        pairs = re.findall(rf"(\w+) = ({value})", found[1])
        user["settings"] = {key: text_of(v) if v[0] == "'" else v for key, v in pairs}
        options = options[found.end() :]
    if options.strip():
        raise CannotExpress("the clause" + options)


class Access:
    """Users and roles made by statement, beside the administrator. Written to FOLDER/access.json when `save`d."""

    def __init__(self, folder, admin, password, managed):
        self.file, self.users_xml = folder + "/access.json", folder + "/users.xml"
        self.admin, self.password, self.managed = admin, password, managed
        self.users, self.roles = {}, {}
        if os.path.exists(self.file):
            with open(self.file) as file:
                self.restore(file.read())

    def snapshot(self):
        return json.dumps({"users": self.users, "roles": self.roles}, indent=1)

    def restore(self, snapshot):
        state = json.loads(snapshot)
        self.users, self.roles = state["users"], state["roles"]

    def save(self):
        replace(self.file, self.snapshot())

    def apply(self, statement):
        """Takes in a statement as the engine formats it. KeyError: it names a user or role that is not ours."""
        for pattern, action in (
            (rf"CREATE (USER|ROLE)( IF NOT EXISTS| OR REPLACE)? ({LIST})(.*)$", self.create),
            (rf"ALTER USER(?: IF EXISTS)? ({LIST})(.*)$", self.alter),
            (rf"DROP (USER|ROLE)(?: IF EXISTS)? ({LIST})$", self.drop),
            (rf"(GRANT|REVOKE) (.+?) (?:TO|FROM) ({LIST})( WITH (?:GRANT|ADMIN) OPTION)?$", self.grant),
        ):
            found = re.match(pattern, statement, re.S)
            if found:
                return action(*found.groups())
        raise CannotExpress("this kind of statement")

    def create(self, kind, condition, names, options):
        for name in names_in(names):
            fixed = name in (self.admin, "default")
            if name in self.users or name in self.roles or fixed:
                if condition == " IF NOT EXISTS":
                    continue
                if condition is None or fixed:
                    raise AlreadyExists(name)
            if kind == "USER":
                self.users[name] = {"credential": ("no_password", ""), "reachable": True, "grants": []}
                apply_options(options, self.users[name])
            elif options.strip():
                raise CannotExpress("the clause" + options)
            else:
                self.roles[name] = {"grants": []}

    def alter(self, names, options):
        for name in names_in(names):
            apply_options(options, self.users[name])

    def drop(self, kind, names):
        for name in names_in(names):
            (self.users if kind == "USER" else self.roles).pop(name)
            for other in (*self.users.values(), *self.roles.values()) if kind == "ROLE" else ():
                other["grants"] = [g for g in other["grants"] if not re.fullmatch(rf"GRANT {name}( WITH .*)?", g)]

    def grant(self, verb, what, names, option):
        for name in names_in(names):
            target = self.users[name] if name in self.users else self.roles[name]
            role = re.fullmatch(rf"(ADMIN OPTION FOR )?({LIST})", what)
            if not role or " ON " in what:
                target["grants"].append(f"{verb} {what}{option or ''}")
                continue
            for granted in names_in(role[2]):  # users.xml knows GRANT of a role, but not REVOKE of one
                pattern = rf"GRANT {granted}( WITH ADMIN OPTION)?"
                target["grants"] = [g for g in target["grants"] if not re.fullmatch(pattern, g)]
                if verb == "GRANT" or role[1]:
                    target["grants"].append(f"GRANT {granted}" + ((option or "") if verb == "GRANT" else ""))

    def render(self):
        """Writes users.xml."""
        profiles = "".join(
            f"<sql_{name}><profile>default</profile>"
            + "".join(f"<{key}>{escape(value)}</{key}>" for key, value in user["settings"].items())
            + f"</sql_{name}>"
            for name, user in self.users.items()
            if user.get("settings")
        )
        manage = "<access_management>1</access_management><named_collection_control>1</named_collection_control>"
        admin = account(self.admin, ("password_sha256_hex", sha256(self.password)), manage if self.managed else "")
        # The engine's own session on loopback logs in as `default` without a password: enough to listen and to wait.
        own = grants("GRANT SYSTEM LISTEN ON *.*", "GRANT READ ON FILE", "GRANT CREATE TEMPORARY TABLE ON *.*")
        users = account("default", ("password", ""), own, "127.0.0.1") + admin
        for name, user in self.users.items():
            database = f"<default_database>{escape(user['database'])}</default_database>" if "database" in user else ""
            profile = "sql_" + name if user.get("settings") else "default"
            network = "::/0" if user["reachable"] else "255.255.255.255"
            users += account(name, user["credential"], database + grants(*user["grants"]), network, profile)
        roles = "".join(f"<{name}>{grants(*role['grants'])}</{name}>" for name, role in self.roles.items())
        replace(
            self.users_xml,
            f"<clickhouse><profiles><default/>{profiles}</profiles><quotas><default/></quotas>"
            f"<users>{users}</users><roles>{roles}</roles></clickhouse>",
        )


def grants(*statements):
    queries = "".join(f"<query>{escape(statement)}</query>" for statement in statements or ["GRANT USAGE ON *.*"])
    return f"<grants>{queries}</grants>"


def account(name, credential, rest, network="::/0", profile="default"):
    kind, secret = credential
    return (
        f"<{name}><{kind}>{escape(secret)}</{kind}><networks><ip>{network}</ip></networks>"
        f"<profile>{profile}</profile><quota>default</quota>{rest}</{name}>"
    )


def replace(path, text):
    with open(path + ".new", "w") as file:
        file.write(text)
    os.replace(path + ".new", path)
