from . import faulty_provider
