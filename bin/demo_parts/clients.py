"""The public API from outside: the same calls on XML-RPC and on JSON-2.

Both take what a person gives them (address, database, log-in, key) and know nothing of
Odoo but its two doors. A refusal becomes an `ApiError` with the code of the API.
"""

import json
import re
import time
import urllib.error
import urllib.request
import xmlrpc.client
from dataclasses import dataclass

#: The parameter of each method, which both transports bind by name.
PARAMETERS = {
    "api_returnable": "request",
    "api_preview": "request",
    "api_submit": "request",
    "api_get": "refs",
    "api_carrier_event": "event",
    "api_receive": "receipt",
    "api_match": "match",
    "api_inspect": "inspection",
    "api_decide": "decision",
    "api_settled": "settlement",
    "api_cancel": "request",
    "api_batch": "calls",
}
CODE = re.compile(r"\[([A-Z_]+)\]")
#: Two callers at the same unit: one of them is asked to come again.
BUSY_TRIES = 5


@dataclass(frozen=True)
class Access:
    """Whose key opens which database at which address."""

    url: str
    database: str
    login: str
    key: str


class ApiError(Exception):
    """A call was refused.

    :param str code: the code in square brackets with which the message begins, or
        ``SERVER_ERROR`` where there is none: that is always a fault of the server
    """

    def __init__(self, message):
        found = CODE.match(message)
        self.code = found.group(1) if found else "SERVER_ERROR"
        super().__init__(message)


class Client:
    """What the two transports share: the API's methods and the time they took."""

    transport = None

    def __init__(self, access):
        self.access = access
        #: (method, seconds) of each call
        self.times = []

    def __getattr__(self, method):
        """``client.api_submit({...})``, and so for each method of `PARAMETERS`."""
        if method not in PARAMETERS:
            raise AttributeError(method)
        name = PARAMETERS[method]
        return lambda argument: self._patiently(method, {name: argument})

    def api_search(self, wanted, cursor=False, limit=100):
        """A page of returns; the only method beside `api_changes` with more to say."""
        arguments = {"filter": wanted, "cursor": cursor, "limit": limit}
        return self._patiently("api_search", arguments)

    def api_changes(self, cursor=False, limit=1000):
        """A page of the change feed."""
        return self._patiently("api_changes", {"cursor": cursor, "limit": limit})

    def _patiently(self, method, arguments):
        for attempt in range(BUSY_TRIES):
            try:
                return self.execute("returns.order", method, **arguments)
            except ApiError as error:
                if error.code != "BUSY" or attempt == BUSY_TRIES - 1:
                    raise
                time.sleep(0.2 * 2**attempt)

    def execute(self, model, method, ids=None, **arguments):
        """Call any public method of any model; ``ids`` for methods of records."""
        begin = time.perf_counter()
        try:
            return self._send(model, method, ids, arguments)
        finally:
            self.times.append((method, time.perf_counter() - begin))

    def _send(self, model, method, ids, arguments):
        raise NotImplementedError


class XmlRpcClient(Client):
    """`execute_kw` at ``/xmlrpc/2/object``, with a key in place of the password."""

    transport = "XML-RPC"

    def __init__(self, access):
        super().__init__(access)
        common = xmlrpc.client.ServerProxy(f"{access.url}/xmlrpc/2/common")
        self.uid = common.authenticate(access.database, access.login, access.key, {})
        if not self.uid:
            raise ApiError(f"[ACCESS_DENIED] {access.login} cannot log in")
        self.proxy = xmlrpc.client.ServerProxy(f"{access.url}/xmlrpc/2/object")

    def _send(self, model, method, ids, arguments):
        args = [] if ids is None else [ids]
        access = self.access
        try:
            return self.proxy.execute_kw(
                access.database, self.uid, access.key, model, method, args, arguments
            )
        except xmlrpc.client.Fault as fault:
            raise ApiError(fault.faultString) from None


class Json2Client(Client):
    """``POST /json/2/<model>/<method>`` with the key as bearer token."""

    transport = "JSON-2"

    def _send(self, model, method, ids, arguments):
        body = arguments if ids is None else {"ids": ids, **arguments}
        request = urllib.request.Request(
            f"{self.access.url}/json/2/{model}/{method}",
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.access.key}",
                "Content-Type": "application/json",
                "X-Odoo-Database": self.access.database,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise ApiError(self._message(error)) from None

    @staticmethod
    def _message(error):
        text = error.read().decode(errors="replace")
        try:
            return json.loads(text)["message"]
        except (ValueError, KeyError, TypeError):
            return f"HTTP {error.code}: {text[:300]}"
