import ast
import doctest
import importlib
import pkgutil
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons.returns_governance import engine

FLAGS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
MODULES = sorted(found.name for found in pkgutil.iter_modules(engine.__path__))


@tagged("post_install", "-at_install")
class TestEngineModules(BaseCase):
    def test_examples_in_the_docstrings_hold(self):
        for name in MODULES:
            module = importlib.import_module(f"{engine.__name__}.{name}")
            with self.subTest(module=name):
                failed, _tried = doctest.testmod(module, optionflags=FLAGS)
                self.assertFalse(failed, f"see the output above for {name}")

    def test_nothing_of_odoo_is_imported(self):
        for name in MODULES:
            path = Path(engine.__path__[0], f"{name}.py")
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                names = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    names = [node.module]
                for imported in names:
                    with self.subTest(module=name, imports=imported):
                        self.assertNotEqual(imported.split(".")[0], "odoo")
                if isinstance(node, ast.ImportFrom):
                    with self.subTest(module=name, line=node.lineno):
                        self.assertLessEqual(node.level, 1, "leaves the engine")
