"""The API as a program elsewhere calls it, on both transports, with nothing of Odoo."""

import json
import re
import threading
import time
import urllib.error
import urllib.request
import xmlrpc.client
from concurrent.futures import ThreadPoolExecutor

CODE = re.compile(r"\[([A-Z_]+)\] ")
#: The only parameter of each method; `search` and `changes` have more.
PARAMETERS = {
    "returnable": "request",
    "preview": "request",
    "submit": "request",
    "get": "refs",
    "carrier_event": "event",
    "receive": "receipt",
    "match": "match",
    "inspect": "inspection",
    "decide": "decision",
    "settled": "settlement",
    "cancel": "request",
    "batch": "calls",
}


class Refused(Exception):
    """The server refused a call.

    :param str code: in square brackets at the beginning of the message; empty where
        there is none, which is always a fault of the server
    :param int status: of HTTP, or the fault code of XML-RPC
    """

    def __init__(self, message, status):
        found = CODE.match(message)
        self.code = found.group(1) if found else ""
        self.status = status
        super().__init__(message)


class Client:
    """``client.submit({...})``: one method of the API by its name."""

    def __init__(self, url, database, uid, key):
        self.url, self.database, self.uid, self.key = url, database, uid, key

    def __getattr__(self, name):
        if name not in PARAMETERS:
            raise AttributeError(name)
        return lambda argument: self.call(name, **{PARAMETERS[name]: argument})

    def search(self, wanted, cursor=False, limit=100):
        return self.call("search", filter=wanted, cursor=cursor, limit=limit)

    def changes(self, cursor=False, limit=1000):
        return self.call("changes", cursor=cursor, limit=limit)


class XmlRpc(Client):
    """``execute_kw`` with a key in place of the password."""

    name = "XML-RPC"

    def call(self, method, **arguments):
        return self.execute("returns.order", f"api_{method}", **arguments)

    def execute(self, model, method, *values, **arguments):
        """Any method that RPC can reach; ids and the values of a create by position."""
        # A new connection each time, as far as the threads of a test are concerned.
        proxy = xmlrpc.client.ServerProxy(
            f"{self.url}/xmlrpc/2/object", allow_none=True
        )
        try:
            return proxy.execute_kw(
                self.database, self.uid, self.key, model, method, values, arguments
            )
        except xmlrpc.client.Fault as fault:
            raise Refused(fault.faultString, fault.faultCode) from None


class Json2(Client):
    """``POST /json/2/returns.order/api_<method>`` with the key as bearer."""

    name = "JSON-2"

    def call(self, method, **arguments):
        return self.execute("returns.order", f"api_{method}", **arguments)

    def execute(self, model, method, **arguments):
        """Any method that RPC can reach, as a button calls it."""
        request = urllib.request.Request(
            f"{self.url}/json/2/{model}/{method}",
            data=json.dumps(arguments).encode(),
            headers={
                "Authorization": f"Bearer {self.key}",
                "Content-Type": "application/json",
                "X-Odoo-Database": self.database,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            raise Refused(_message(text), error.code) from None


def at_once(calls):
    """Run the calls at the same moment; (answer or refusal, seconds) of each."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        barrier.wait()
        begin = time.monotonic()
        try:
            answer = call()
        except Refused as refusal:
            answer = refusal
        return answer, time.monotonic() - begin

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def _message(text):
    try:
        return json.loads(text)["message"]
    except (ValueError, KeyError, TypeError):
        return text[:300]
