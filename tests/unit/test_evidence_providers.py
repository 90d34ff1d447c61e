"""Providers: containers of dependency injection that keep the one instance."""

from __future__ import annotations

from textwrap import dedent
from typing import Final

import pytest
from linked_projects import factories, kinds, linked, managed

from ssot_lint.model import Confidence, Scope

CLASS: Final = "class Base: ...\n\nclass Manager(Base):\n    def send(self): ...\n\n"

DEPENDENCY_INJECTOR: Final = {
    "Singleton": ("from dependency_injector import providers", "providers.Singleton(Manager, url=1)"),
    "ThreadSafeSingleton": (
        "from dependency_injector.providers import ThreadSafeSingleton as Safe, Singleton",
        "Singleton(Manager)",
    ),
    "thread-safe": ("import dependency_injector.providers as p", "p.ThreadSafeSingleton(Manager)"),
    "a function": ("from dependency_injector import providers", "providers.Singleton(make_manager)"),
    "a lambda": ("from dependency_injector import providers", "providers.Singleton(lambda: Manager())"),
    "a path": ("from dependency_injector import providers", 'providers.Singleton("app.ws.Manager")'),
    "a resource": ("from dependency_injector import providers", "providers.Resource(init_manager, 1)"),
}


@pytest.mark.parametrize(("imports", "provider"), DEPENDENCY_INJECTOR.values(), ids=DEPENDENCY_INJECTOR)
def test_a_singleton_provider_of_dependency_injector_is_a_factory(imports: str, provider: str) -> None:
    text = f"""
        {imports}
        from dependency_injector import containers
        from app.ws import Manager

        def make_manager():
            return Manager()

        def init_manager(number):
            manager = Manager()
            yield manager
            manager.send()

        class Container(containers.DeclarativeContainer):
            manager = {provider}
        """
    user = """
        from dependency_injector.wiring import Provide, inject
        from app.di import Container

        @inject
        def view(manager=Provide[Container.manager]): ...

        def other():
            return Container().manager()
        """
    files = {"app/ws.py": CLASS, "app/di.py": dedent(text), "app/views.py": dedent(user)}
    manager = managed(files)["Manager"]
    assert kinds(manager) == {"provider"}
    assert factories(manager) == {"app.di.Container.manager"}
    assert manager.scope is Scope.PROCESS
    assert manager.factory_uses == 2
    assert manager.confidence is Confidence.HIGH
    assert "app.di.Container" in manager.owners


@pytest.mark.parametrize("name", ["ThreadLocalSingleton", "ContextLocalSingleton", "ContextLocalResource"])
def test_a_provider_may_keep_one_for_each_context(name: str) -> None:
    text = f"from dependency_injector import providers\nmanager = providers.{name}(Manager)\n"
    manager = managed({"app/ws.py": CLASS + text})["Manager"]
    assert kinds(manager) == {"provider"}
    assert factories(manager) == {"app.ws.manager"}
    assert manager.scope is Scope.CONTEXT


def test_what_a_provider_gives_is_an_instance() -> None:
    text = """
        from dependency_injector import providers

        class Container:
            manager = providers.Singleton(Manager)

        def get():
            return Container.manager()
        """
    names = linked({"app/ws.py": CLASS + dedent(text)}).names
    assert names.class_of("app.ws.get()") == "app.ws.Manager"


CONTAINERS: Final = {
    "injector: bind in a function": """
        import injector

        def configure(binder):
            binder.bind(Manager, to=Manager, scope=injector.singleton)
        """,
    "injector: bind to a lambda": """
        from injector import Binder, SingletonScope

        def configure(binder: Binder):
            binder.bind(Base, to=lambda: Manager(), scope=SingletonScope)
        """,
    "injector: bind to an instance, by position": """
        from injector import Module, singleton

        class AppModule(Module):
            def configure(self, binder):
                binder.bind(Base, Manager(), singleton)
        """,
    "injector: bind the class alone": """
        from injector import singleton as once

        def configure(binder):
            binder.bind(Manager, scope=once)
        """,
    "injector: a provider method": """
        import injector

        class AppModule(injector.Module):
            @injector.singleton
            @injector.provider
            def provide_manager(self) -> Manager:
                return Manager()
        """,
    "injector: a provider method, the other way round": """
        from injector import Module, provider, singleton

        class AppModule(Module):
            @provider
            @singleton
            def provide(self) -> Manager:
                return Manager()
        """,
    "punq: the class": """
        import punq

        container = punq.Container()
        container.register(Manager, scope=punq.Scope.singleton)
        """,
    "punq: an implementation": """
        from punq import Container, Scope

        def build():
            container = Container()
            container.register(Base, Manager, scope=Scope.singleton)
            return container
        """,
    "punq: a factory": """
        import punq

        def make():
            return Manager()

        def fill(container: punq.Container):
            container.register(Base, factory=make, scope=punq.Scope.singleton)
        """,
    "punq: an instance": """
        import punq

        container = punq.Container()
        container.register(Base, instance=Manager())
        """,
    "punq: an instance that has a name": """
        import punq

        container = punq.Container()
        manager = Manager()
        container.register(Base, instance=manager)
        """,
    "lagom: a class": """
        from lagom import Container, Singleton

        container = Container()
        container[Manager] = Singleton(Manager)
        """,
    "lagom: a lambda": """
        import lagom

        def wire(container):
            container[Base] = lagom.Singleton(lambda c: Manager())
        """,
    "lagom: define": """
        from lagom import Container, Singleton

        container = Container()
        container.define(Manager, Singleton(lambda: Manager()))
        """,
    "lagom: a decorated function": """
        from lagom import Container, dependency_definition

        container = Container()

        @dependency_definition(container, singleton=True)
        def build() -> Manager:
            return Manager()
        """,
    "svcs: a value": """
        import svcs

        registry = svcs.Registry()
        registry.register_value(Manager, Manager())
        """,
    "svcs: a value of a Flask application": """
        import svcs

        def create_app(app):
            svcs.flask.register_value(app, Manager, Manager())
        """,
    "svcs: a factory with a lambda": """
        import svcs

        def setup(registry: svcs.Registry):
            registry.register_factory(Manager, lambda: Manager())
        """,
}


@pytest.mark.parametrize("text", CONTAINERS.values(), ids=CONTAINERS)
def test_what_a_container_keeps_is_managed(text: str) -> None:
    manager = managed({"app/ws.py": CLASS + dedent(text)})["Manager"]
    assert "provider" in kinds(manager)
    assert factories(manager) == set()
    assert manager.scope is (Scope.CONTEXT if "register_factory" in text else Scope.PROCESS)
    assert manager.confidence is Confidence.MEDIUM
    assert not manager.is_own_factory


@pytest.mark.parametrize(
    "imports", ["from injector import singleton", "import injector as i; singleton = i.singleton"]
)
def test_a_class_may_say_that_its_injector_keeps_it(imports: str) -> None:
    manager = managed({"app/ws.py": f"{imports}\n@singleton\nclass Manager: ...\n"})["Manager"]
    assert kinds(manager) == {"provider"}
    assert not manager.is_own_factory


def test_asking_the_container_is_a_use_of_the_factory() -> None:
    di = (
        "import punq\nfrom app.ws import Manager\n"
        "container = punq.Container()\ncontainer.register(Manager, scope=punq.Scope.singleton)\n"
    )
    asks = (
        "from app.di import container\nfrom app.ws import Manager\n"
        "\ndef view():\n    return container.resolve(Manager)\n"
    )
    makes = "from app.ws import Manager\n\ndef view():\n    return Manager()\n"
    files = {"app/ws.py": CLASS, "app/di.py": di, "app/a.py": asks, "app/b.py": asks, "app/c.py": makes}
    manager = managed(files)["Manager"]
    assert (manager.factory_uses, manager.direct_constructions) == (2, 1)
    assert manager.confidence is Confidence.HIGH


NOTHING: Final = {
    "a new one each time": """
        from dependency_injector import providers

        class Container:
            manager = providers.Factory(Manager)
        """,
    "a provider of another library": """
        from elsewhere import Singleton

        class Container:
            manager = Singleton(Manager)
        """,
    "injector without a scope": """
        import injector

        def configure(binder):
            binder.bind(Base, to=Manager)
        """,
    "injector without the scope that keeps": """
        import injector

        class AppModule(injector.Module):
            @injector.provider
            def provide_manager(self) -> Manager:
                return Manager()
        """,
    "punq, transient": """
        import punq

        container = punq.Container()
        container.register(Base, Manager, scope=punq.Scope.transient)
        container.register(Manager)
        """,
    "lagom without Singleton": """
        from lagom import Container, dependency_definition

        container = Container()
        container[Base] = lambda: Manager()
        container.define(Manager, lambda: Manager())

        @dependency_definition(container)
        def build() -> Manager:
            return Manager()
        """,
    "a registry of something else": """
        from elsewhere import signals

        signals.register(Manager, instance=Manager())
        signals.register_value(Manager, Manager())
        signals.bind(Manager, scope="x")
        """,
    "an exception": """
        from dependency_injector import providers

        class Refused(Exception): ...

        class Container:
            refused = providers.Singleton(Refused)
        """,
}


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING)
def test_what_no_container_keeps_is_not_managed(text: str) -> None:
    assert managed({"app/ws.py": CLASS + dedent(text)}) == {}
