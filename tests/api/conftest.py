"""What the tests of the API share: each runs on both transports."""

import pytest
from clients import Json2, XmlRpc


@pytest.fixture(params=[XmlRpc, Json2], ids=lambda transport: transport.name)
def transport(request):
    """Each of the two transports."""
    return request.param


@pytest.fixture
def client(shop, transport):
    """A client of the integration user."""
    return shop.client(transport)
