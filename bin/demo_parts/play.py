"""All returns, told to the running system by several clients at once."""

import queue
import threading
import time
import traceback
from collections import defaultdict

from tqdm import tqdm

from .clients import Access, Json2Client, XmlRpcClient
from .story import Teller, Voices

#: Clients of each transport.
TEAM = 2
PAGE = 100
#: How long the posting queue and the payouts may take after the last call.
PATIENCE = 120


class Play:
    """The returns of the shop, shared out between the two transports."""

    def __init__(self, shop, url, database, keys):
        self.shop = shop
        self.url = url
        self.database = database
        self.keys = keys
        self.told = []
        self.times = []
        self.failures = []
        self.lock = threading.Lock()

    def access(self, login):
        """The address with the key of one who takes part."""
        return Access(self.url, self.database, login, self.keys[login])

    def voices(self, transport):
        """One client for each role."""
        return Voices(
            shop=transport(self.access("integration")),
            dock=transport(self.access("dock")),
            manager=Json2Client(self.access("manager")),
            finance=Json2Client(self.access("finance")),
        )

    def run(self):
        """Tell all returns; a progress bar shows how far they are."""
        with tqdm(total=len(self.shop.returns), desc="Returns", unit="return") as bar:
            threads = [
                threading.Thread(target=self.work, args=(transport, work, bar))
                for transport, work in zip(
                    (XmlRpcClient, Json2Client), self.shares(), strict=True
                )
                for _member in range(TEAM)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    def shares(self):
        """Two queues with half of the returns each.

        All returns of a customer are in one entry, in the order of time: the second
        return of an order comes after the first.
        """
        by_customer = defaultdict(list)
        backs = sorted(self.shop.returns.values(), key=lambda back: (back.at, back.ref))
        for number, back in enumerate(backs):
            by_customer[back.customer].append((number, back))
        halves = [queue.SimpleQueue(), queue.SimpleQueue()]
        counts = [0, 0]
        for entries in by_customer.values():
            half = counts.index(min(counts))
            counts[half] += len(entries)
            halves[half].put(entries)
        return halves

    def work(self, transport, work, bar):
        """One client: take the next customer until there is none left."""
        voices = self.voices(transport)
        while True:
            try:
                entries = work.get_nowait()
            except queue.Empty:
                break
            for number, back in entries:
                self.tell(voices, number, back)
                bar.update()
        with self.lock:
            self.times += [(voices.shop.transport, *entry) for entry in voices.times()]

    def tell(self, voices, number, back):
        """Tell one return; what goes wrong is kept and shown at the end."""
        orders = {line.order: self.shop.orders[line.order] for line in back.lines}
        teller = Teller(voices, back, orders, number)
        try:
            teller.tell()
        except Exception as error:
            with self.lock:
                self.failures.append(
                    (back.ref, f"{error}", traceback.format_exc(limit=-4))
                )
        with self.lock:
            self.told.append(teller.told)

    def snapshots(self):
        """All returns as the system tells them, by their name."""
        client = Json2Client(self.access("integration"))
        names = [told.name for told in self.told if told.name]
        found = {}
        for first in range(0, len(names), PAGE):
            for snapshot in client.api_get(
                [{"name": name} for name in names[first : first + PAGE]]
            ):
                found[snapshot["name"]] = snapshot
        return found

    def settle(self):
        """Wait until the posting queue and the payouts have nothing left to do.

        :return: whether they came to an end in time
        """
        client = Json2Client(self.access("finance"))
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            waiting = client.execute(
                "returns.outbox",
                "search_count",
                domain=[["state", "in", ["waiting", "sending", "pending"]]],
            )
            if not waiting:
                return True
            time.sleep(1)
        return False

    def pay_out(self):
        """Finance pays back by bank what no provider can, but for the last tenth.

        :return: number of credit notes paid
        """
        client = Json2Client(self.access("finance"))
        notes = client.execute(
            "account.move",
            "search",
            domain=[
                ["move_type", "=", "out_refund"],
                ["state", "=", "posted"],
                ["amount_residual", "!=", 0],
            ],
            order="id",
        )
        notes = notes[: len(notes) - len(notes) // 10]
        for note in notes:
            context = {"active_model": "account.move", "active_ids": [note]}
            wizards = client.execute(
                "account.payment.register", "create", vals_list=[{}], context=context
            )
            client.execute(
                "account.payment.register", "action_create_payments", wizards
            )
        return len(notes)
