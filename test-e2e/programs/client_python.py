# A program as users write them with the official Python client. Run with KUBECONFIG and NAMESPACE set and the name of a part of it;
# ends with 0 when all went as it should. Its models are strict: a required field that is missing or null raises.
import json
import logging
import os
import sys
import tempfile
import threading
import time

import kubernetes
from kubernetes import client, config, dynamic, utils, watch
from kubernetes.client.rest import ApiException
from kubernetes.dynamic.exceptions import ConflictError, NotFoundError
from kubernetes.leaderelection import electionconfig, leaderelection
from kubernetes.leaderelection.resourcelock.configmaplock import ConfigMapLock

# The leader election logs what it does.
logging.getLogger().setLevel(logging.WARNING)
config.load_kube_config()
core = client.CoreV1Api()
namespace = os.environ.get("NAMESPACE", "default")

SECONDS = 20


def config_map(name, color="red", labels=None):
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name, labels=labels), data={"color": color})


def create(name, **options):
    return core.create_namespaced_config_map(namespace, config_map(name, **options))


def failure(call):
    """The code and the Status that the call must fail with."""
    try:
        call()
    except ApiException as error:
        return error.status, json.loads(error.body)
    raise AssertionError("it was expected to fail")


def stable(api):
    """Whether it is of a version that every server has: others come and go."""
    return "alpha" not in api and "beta" not in api


def pod_template(labels):
    container = client.V1Container(name="c", image="busybox:1", ports=[client.V1ContainerPort(container_port=80)])
    spec = client.V1PodSpec(containers=[container])
    return client.V1PodTemplateSpec(metadata=client.V1ObjectMeta(labels=labels), spec=spec)


def typed():
    """What was written is read again as models, in all the groups that programs use."""
    labels = {"app": "web"}
    selector = client.V1LabelSelector(match_labels=labels)
    meta = client.V1ObjectMeta
    apps, batch, networking = client.AppsV1Api(), client.BatchV1Api(), client.NetworkingV1Api()
    deployment = client.V1Deployment(
        metadata=meta(name="web"), spec=client.V1DeploymentSpec(replicas=2, selector=selector, template=pod_template(labels))
    )
    made = apps.create_namespaced_deployment(namespace, deployment)
    assert made.spec.strategy.rolling_update.max_surge == "25%", made.spec.strategy
    assert made.metadata.creation_timestamp.tzinfo is not None
    stateful = client.V1StatefulSetSpec(service_name="web", selector=selector, template=pod_template(labels))
    apps.create_namespaced_stateful_set(namespace, client.V1StatefulSet(metadata=meta(name="web"), spec=stateful))
    daemons = client.V1DaemonSetSpec(selector=selector, template=pod_template(labels))
    apps.create_namespaced_daemon_set(namespace, client.V1DaemonSet(metadata=meta(name="web"), spec=daemons))
    job = pod_template(labels)
    job.spec.restart_policy = "Never"
    batch.create_namespaced_job(namespace, client.V1Job(metadata=meta(name="once"), spec=client.V1JobSpec(template=job)))
    cron = client.V1CronJobSpec(schedule="*/5 * * * *", job_template=client.V1JobTemplateSpec(spec=client.V1JobSpec(template=job)))
    batch.create_namespaced_cron_job(namespace, client.V1CronJob(metadata=meta(name="often"), spec=cron))
    backend = client.V1IngressBackend(service=client.V1IngressServiceBackend(name="web", port=client.V1ServiceBackendPort(number=80)))
    path = client.V1HTTPIngressPath(path="/", path_type="Prefix", backend=backend)
    rule = client.V1IngressRule(host="a.example", http=client.V1HTTPIngressRuleValue(paths=[path]))
    networking.create_namespaced_ingress(
        namespace, client.V1Ingress(metadata=meta(name="web"), spec=client.V1IngressSpec(rules=[rule]))
    )
    peer = client.V1NetworkPolicyPeer(pod_selector=client.V1LabelSelector())
    policy = client.V1NetworkPolicySpec(pod_selector=selector, ingress=[client.V1NetworkPolicyIngressRule(_from=[peer])])
    networking.create_namespaced_network_policy(namespace, client.V1NetworkPolicy(metadata=meta(name="web"), spec=policy))
    core.create_namespaced_service(
        namespace,
        client.V1Service(metadata=meta(name="web"), spec=client.V1ServiceSpec(selector=labels, ports=[client.V1ServicePort(port=80)])),
    )
    core.create_namespaced_secret(namespace, client.V1Secret(metadata=meta(name="s"), string_data={"a": "b"}))
    quantity = client.V1VolumeResourceRequirements if hasattr(client, "V1VolumeResourceRequirements") else client.V1ResourceRequirements
    claim = client.V1PersistentVolumeClaimSpec(access_modes=["ReadWriteOnce"], resources=quantity(requests={"storage": "1Gi"}))
    core.create_namespaced_persistent_volume_claim(namespace, client.V1PersistentVolumeClaim(metadata=meta(name="c"), spec=claim))
    core.create_namespaced_pod(namespace, client.V1Pod(metadata=meta(name="p"), spec=pod_template(labels).spec))
    assert core.read_namespaced_secret("s", namespace).data == {"a": "Yg=="}
    assert core.read_namespaced_pod("p", namespace).status.qos_class == "BestEffort"
    assert apps.list_namespaced_deployment(namespace, label_selector="app=web").items == []
    assert [each.metadata.name for each in apps.list_namespaced_deployment(namespace).items] == ["web"]
    scale = apps.patch_namespaced_deployment_scale("web", namespace, {"spec": {"replicas": 5}})
    assert scale.spec.replicas == 5 and scale.status.selector == "app=web", scale
    scale.spec.replicas = 1
    assert apps.replace_namespaced_deployment_scale("web", namespace, scale).spec.replicas == 1
    status = {"status": {"replicas": 1, "conditions": [{"type": "Available", "status": "True", "reason": "r", "message": "m"}]}}
    assert apps.patch_namespaced_deployment_status("web", namespace, status).status.replicas == 1
    patched = apps.patch_namespaced_deployment("web", namespace, {"spec": {"paused": True}})
    assert patched.spec.paused is True


def lists():
    """Every list that the client has a method for is read as models."""
    core.create_namespaced_endpoints(
        namespace,
        client.V1Endpoints(
            metadata=client.V1ObjectMeta(name="e"),
            subsets=[client.V1EndpointSubset(addresses=[client.V1EndpointAddress(ip="10.1.2.3")], ports=[client.CoreV1EndpointPort(port=80)])],
        ),
    )
    served = 0
    for name in dir(client):
        if not name.endswith("Api"):
            continue
        api = getattr(client, name)()
        for method in dir(api):
            if not method.startswith("list_") or method.endswith("_with_http_info") or "custom_object" in method:
                continue
            try:
                getattr(api, method)(*([namespace] if "_namespaced_" in method else []))
                served += 1
            except ApiException as error:
                assert error.status == 404 and not stable(name), (name, method, error)
    assert served > 70, served


def watches():
    create("before", labels={"w": "1"})
    version = core.list_namespaced_config_map(namespace, label_selector="w").metadata.resource_version

    def change():
        create("a", labels={"w": "1"})
        core.patch_namespaced_config_map("a", namespace, {"data": {"color": "blue"}})
        core.delete_namespaced_config_map("a", namespace)

    threading.Thread(target=change).start()
    seen = []
    watcher = watch.Watch()
    for event in watcher.stream(core.list_namespaced_config_map, namespace, label_selector="w", resource_version=version, timeout_seconds=SECONDS):
        assert isinstance(event["object"], client.V1ConfigMap), event
        seen.append((event["type"], event["object"].data["color"]))
        if event["type"] == "DELETED":
            watcher.stop()
    assert seen == [("ADDED", "red"), ("MODIFIED", "blue"), ("DELETED", "blue")], seen
    assert int(watcher.resource_version) > int(version)
    # Without a version: all that is there, then the end by its timeout.
    start = time.monotonic()
    initial = [each["type"] for each in watch.Watch().stream(core.list_namespaced_config_map, namespace, label_selector="w", timeout_seconds=1)]
    assert initial == ["ADDED"] and 0.9 < time.monotonic() - start < SECONDS, initial
    bookmarks = watch.Watch().stream(
        core.list_namespaced_config_map, namespace, label_selector="w", timeout_seconds=1, allow_watch_bookmarks=True, resource_version=version
    )
    assert {each["type"] for each in bookmarks} <= {"ADDED", "MODIFIED", "DELETED", "BOOKMARK"}


def expired():
    """A version that is too old: the watch says 410, and the program lists again."""
    try:
        for _ in watch.Watch().stream(core.list_namespaced_config_map, namespace, resource_version="1", timeout_seconds=2):
            pass
    except ApiException as error:
        assert error.status == 410 and "too old resource version" in error.reason, error


def errors():
    create("a")
    code, status = failure(lambda: create("a"))
    assert (code, status["reason"]) == (409, "AlreadyExists") and status["details"] == {"name": "a", "kind": "configmaps"}, status
    code, status = failure(lambda: core.read_namespaced_config_map("none", namespace))
    assert (code, status["reason"], status["message"]) == (404, "NotFound", 'configmaps "none" not found'), status
    code, status = failure(lambda: core.create_namespaced_pod(namespace, {"metadata": {"name": "p"}, "spec": {"containers": []}}))
    assert code == 422 and status["details"]["causes"][0]["field"] == "spec.containers", status
    code, status = failure(lambda: core.create_namespaced_config_map(namespace, {"metadata": {"name": "b"}, "data": {"a": 1}}))
    assert code == 400, status
    stale = core.read_namespaced_config_map("a", namespace)
    core.patch_namespaced_config_map("a", namespace, {"data": {"x": "y"}})
    code, status = failure(lambda: core.replace_namespaced_config_map("a", namespace, stale))
    assert (code, status["reason"]) == (409, "Conflict"), status
    code, status = failure(lambda: core.delete_namespaced_config_map("a", namespace, body=client.V1DeleteOptions(preconditions=client.V1Preconditions(uid="x"))))
    assert code == 409, status
    code, status = failure(lambda: core.create_namespaced_config_map(namespace, config_map("b"), dry_run="None"))
    assert code == 422 and status["details"]["causes"][0]["field"] == "dryRun", status
    answer = core.delete_namespaced_config_map("a", namespace, propagation_policy="Background", grace_period_seconds=0)
    assert answer.status == "Success" and answer.details.name == "a", answer
    removed = core.delete_collection_namespaced_config_map(namespace, label_selector="x=y")
    assert removed.kind in (None, "ConfigMapList", "Status"), removed


def patches():
    """In all its ways: the kind of a patch follows from its body or, with newer clients, from a content type."""
    create("a", labels={"a": "1"})
    changed = core.patch_namespaced_config_map("a", namespace, [{"op": "replace", "path": "/data/color", "value": "green"}])
    assert changed.data == {"color": "green"}, changed.data
    changed = core.patch_namespaced_config_map("a", namespace, {"data": {"color": None, "size": "L"}})
    assert changed.data == {"size": "L"}, changed.data
    for content_type in ("application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json"):
        body = [{"op": "add", "path": "/data/k", "value": "v"}] if "json-patch" in content_type else {"data": {"k": "v"}}
        changed = dynamic_client().resources.get(api_version="v1", kind="ConfigMap").patch(
            name="a", namespace=namespace, body=body, content_type=content_type
        )
        assert changed.data.k == "v", changed


def dynamic_client():
    return dynamic.DynamicClient(client.ApiClient())


def applicable(body):
    """Old clients send what is applied as it is."""
    return body if int(kubernetes.__version__.split(".")[0]) > 22 else json.dumps(body)


def dynamics():
    with tempfile.TemporaryDirectory() as folder:
        cache = os.path.join(folder, "discovery")
        dynamic.DynamicClient(client.ApiClient(), cache_file=cache)
        assert os.path.getsize(cache) > 1000
        again = dynamic.DynamicClient(client.ApiClient(), cache_file=cache)
        assert again.version["kubernetes"]["major"] == "1", again.version
        maps = again.resources.get(api_version="v1", kind="ConfigMap")
    assert maps.namespaced and "cm" in maps.short_names
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "d"}, "data": {"a": "1"}}
    maps.create(body=body, namespace=namespace)
    body["data"]["a"] = "2"
    applied = maps.server_side_apply(name="d", body=applicable(body), namespace=namespace, field_manager="py", force_conflicts=True)
    assert applied.data.a == "2" and "py" in [each.manager for each in applied.metadata.managedFields]
    body["data"]["a"] = "3"
    try:
        maps.server_side_apply(name="d", body=applicable(body), namespace=namespace, field_manager="other")
        raise AssertionError("the conflict was not seen")
    except ConflictError as error:
        assert "conflict with \"py\"" in error.summary() or "py" in str(error.body), error
    replaced = maps.get(name="d", namespace=namespace).to_dict()
    replaced["data"]["a"] = "4"
    assert maps.replace(body=replaced, namespace=namespace).data.a == "4"
    assert [each.metadata.name for each in maps.get(namespace=namespace, field_selector="metadata.name=d").items] == ["d"]
    events = maps.watch(namespace=namespace, timeout=1)
    assert "d" in [event["object"].metadata.name for event in events if event["type"] == "ADDED"]
    deployments = again.resources.get(api_version="apps/v1", kind="Deployment")
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    deployments.create(
        namespace=namespace,
        body={"kind": "Deployment", "apiVersion": "apps/v1", "metadata": {"name": "d"}, "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": template}},
    )
    assert deployments.scale.patch(name="d", namespace=namespace, body={"spec": {"replicas": 4}}).spec.replicas == 4
    assert deployments.scale.get(name="d", namespace=namespace).spec.replicas == 4
    maps.delete(name="d", namespace=namespace)
    try:
        maps.get(name="d", namespace=namespace)
        raise AssertionError("it is still there")
    except NotFoundError:
        pass
    assert again.resources.search(kind="PodList") and again.resources.get(kind="Job", prefix="apis", group="batch")
    assert again.resources.get(singular_name="namespace").kind == "Namespace"


DOCUMENTS = """
apiVersion: v1
kind: ConfigMap
metadata: {name: one}
---
# nothing
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Secret
  metadata: {name: two}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: three}
  spec:
    selector: {matchLabels: {a: b}}
    template:
      metadata: {labels: {a: b}}
      spec: {containers: [{name: c, image: i}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: four}
rules: []
---
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: five}
spec: {maxReplicas: 3, scaleTargetRef: {kind: Deployment, name: three, apiVersion: apps/v1}}
"""


def documents():
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(DOCUMENTS)
        file.flush()
        made = utils.create_from_yaml(client.ApiClient(), file.name, namespace=namespace)
        assert [each.metadata.name for group in made for each in group] == ["one", "two", "three", "four", "five"], made
        try:
            utils.create_from_yaml(client.ApiClient(), file.name, namespace=namespace)
            raise AssertionError("what is there was made again")
        except utils.FailToCreateError as error:
            assert {each.status for each in error.api_exceptions} == {409}
    scaler = client.AutoscalingV1Api().read_namespaced_horizontal_pod_autoscaler("five", namespace)
    assert scaler.spec.min_replicas == 1, scaler


def custom():
    name = f"widgets.{namespace}.example.com"
    schema = client.V1JSONSchemaProps(
        type="object",
        properties={
            "spec": client.V1JSONSchemaProps(type="object", properties={"size": client.V1JSONSchemaProps(type="integer")}),
            "status": client.V1JSONSchemaProps(type="object", x_kubernetes_preserve_unknown_fields=True),
        },
    )
    subresources = client.V1CustomResourceSubresources(
        status={}, scale=client.V1CustomResourceSubresourceScale(spec_replicas_path=".spec.size", status_replicas_path=".status.size")
    )
    version = client.V1CustomResourceDefinitionVersion(
        name="v1", served=True, storage=True, schema=client.V1CustomResourceValidation(open_apiv3_schema=schema), subresources=subresources
    )
    group = f"{namespace}.example.com"
    spec = client.V1CustomResourceDefinitionSpec(
        group=group, scope="Namespaced", names=client.V1CustomResourceDefinitionNames(plural="widgets", kind="Widget"), versions=[version]
    )
    extensions, objects = client.ApiextensionsV1Api(), client.CustomObjectsApi()
    extensions.create_custom_resource_definition(client.V1CustomResourceDefinition(metadata=client.V1ObjectMeta(name=name), spec=spec))
    watcher = watch.Watch()
    for event in watcher.stream(extensions.list_custom_resource_definition, field_selector=f"metadata.name={name}", timeout_seconds=SECONDS):
        conditions = (event["object"].status.conditions if event["object"].status else None) or []
        if any(each.type == "Established" and each.status == "True" for each in conditions):
            watcher.stop()
    place = (group, "v1", namespace, "widgets")
    objects.create_namespaced_custom_object(*place, {"apiVersion": f"{group}/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {"size": 1}})
    assert objects.patch_namespaced_custom_object(*place, "w", {"spec": {"size": 2}})["spec"]["size"] == 2
    assert objects.patch_namespaced_custom_object_status(*place, "w", {"status": {"size": 1}})["status"]["size"] == 1
    assert objects.get_namespaced_custom_object_scale(*place, "w")["spec"]["replicas"] == 2
    assert objects.patch_namespaced_custom_object_scale(*place, "w", {"spec": {"replicas": 3}})["spec"]["replicas"] == 3
    events = watch.Watch().stream(objects.list_namespaced_custom_object, *place, timeout_seconds=1)
    assert [(event["type"], event["object"]["spec"]["size"]) for event in events] == [("ADDED", 3)]
    code, status = failure(lambda: objects.patch_namespaced_custom_object(*place, "w", {"spec": {"size": "big"}}))
    assert code == 422 and status["details"]["causes"][0]["field"] == "spec.size", status
    objects.delete_namespaced_custom_object(*place, "w")
    extensions.delete_custom_resource_definition(name)


def leaders():
    """Two candidates by a ConfigMap: the second leads when the first has let go."""
    order, released = [], threading.Event()

    def candidate(name, on_start):
        lock = ConfigMapLock("leader", namespace, name)
        return leaderelection.LeaderElection(
            electionconfig.Config(lock, lease_duration=3, renew_deadline=2, retry_period=1, onstarted_leading=on_start, onstopped_leading=None)
        )

    first = candidate("first", lambda: order.append("first"))
    assert first.acquire() and first.try_acquire_or_renew()
    second = candidate("second", lambda: order.append("second"))
    assert not second.try_acquire_or_renew()
    released.set()
    deadline = time.monotonic() + SECONDS
    while not second.try_acquire_or_renew():
        assert time.monotonic() < deadline, "the second never led"
        time.sleep(0.5)
    record = json.loads(core.read_namespaced_config_map("leader", namespace).metadata.annotations["control-plane.alpha.kubernetes.io/leader"])
    assert record["holderIdentity"] == "second", record


def pods():
    """What can be had of a pod's subresources without a node."""
    core.create_namespaced_service_account(namespace, client.V1ServiceAccount(metadata=client.V1ObjectMeta(name="robot")))
    core.create_namespaced_pod(namespace, client.V1Pod(metadata=client.V1ObjectMeta(name="p"), spec=pod_template({}).spec))
    request = client.AuthenticationV1TokenRequest if hasattr(client, "AuthenticationV1TokenRequest") else client.V1TokenRequest
    spec = client.V1TokenRequestSpec(audiences=[], expiration_seconds=600)
    token = core.create_namespaced_service_account_token("robot", namespace, request(spec=spec)).status
    assert token.expiration_timestamp.tzinfo is not None
    robot = client.Configuration.get_default_copy()
    robot.cert_file = robot.key_file = None
    robot.api_key = {"authorization": f"Bearer {token.token}"}
    as_robot = client.ApiClient(robot)
    code, status = failure(lambda: client.CoreV1Api(as_robot).list_namespaced_pod(namespace))
    assert code == 403 and f"system:serviceaccount:{namespace}:robot" in status["message"], status
    review = client.V1SelfSubjectAccessReview(
        spec=client.V1SelfSubjectAccessReviewSpec(resource_attributes=client.V1ResourceAttributes(verb="list", resource="pods", namespace=namespace))
    )
    assert client.AuthorizationV1Api(as_robot).create_self_subject_access_review(review).status.allowed is False
    assert client.AuthorizationV1Api().create_self_subject_access_review(review).status.allowed is True
    subject_review = client.V1TokenReview(spec=client.V1TokenReviewSpec(token=token.token))
    assert client.AuthenticationV1Api().create_token_review(subject_review).status.user.username.endswith(":robot")
    node = client.V1Binding(metadata=client.V1ObjectMeta(name="p"), target=client.V1ObjectReference(kind="Node", name="n"))
    core.create_namespaced_pod_binding("p", namespace, node, _preload_content=False)
    assert core.read_namespaced_pod("p", namespace).spec.node_name == "n"
    eviction = client.V1Eviction(metadata=client.V1ObjectMeta(name="p"))
    budget = client.V1PodDisruptionBudgetSpec(selector=client.V1LabelSelector(), max_unavailable=0)
    client.PolicyV1Api().create_namespaced_pod_disruption_budget(
        namespace, client.V1PodDisruptionBudget(metadata=client.V1ObjectMeta(name="b"), spec=budget)
    )
    core.patch_namespaced_pod_status("p", namespace, {"status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}})
    code, status = failure(lambda: core.create_namespaced_pod_eviction("p", namespace, eviction))
    assert code == 429 and status["reason"] == "TooManyRequests", status
    client.PolicyV1Api().delete_namespaced_pod_disruption_budget("b", namespace)
    core.create_namespaced_pod_eviction("p", namespace, eviction)
    assert core.read_namespaced_pod("p", namespace).metadata.deletion_timestamp is not None


def pages():
    for index in range(7):
        create(f"page-{index}", labels={"p": "1"})
    names, token = [], None
    while True:
        page = core.list_namespaced_config_map(namespace, label_selector="p", limit=3, _continue=token)
        names += [each.metadata.name for each in page.items]
        token = page.metadata._continue
        if not token:
            break
    assert names == [f"page-{index}" for index in range(7)], names


def informs():
    """A loop as programs have it: list, then watch from there, and again after each end of the watch."""
    store, version, stop = {}, None, threading.Event()

    def change():
        for index in range(30):
            create(f"i-{index}", labels={"i": "1"})
            core.patch_namespaced_config_map(f"i-{index}", namespace, {"data": {"color": "blue"}})
            if index % 2:
                core.delete_namespaced_config_map(f"i-{index}", namespace)
        create("last", labels={"i": "1"})

    threading.Thread(target=change).start()
    listed = core.list_namespaced_config_map(namespace, label_selector="i")
    store.update({each.metadata.name: each for each in listed.items})
    version, deadline = listed.metadata.resource_version, time.monotonic() + SECONDS
    while "last" not in store:
        assert time.monotonic() < deadline, store.keys()
        for event in watch.Watch().stream(core.list_namespaced_config_map, namespace, label_selector="i", resource_version=version, timeout_seconds=1):
            item = event["object"]
            version = item.metadata.resource_version
            if event["type"] == "DELETED":
                del store[item.metadata.name]
            else:
                store[item.metadata.name] = item
    wanted = {each.metadata.name: each.data["color"] for each in core.list_namespaced_config_map(namespace, label_selector="i").items}
    assert {name: each.data["color"] for name, each in store.items()} == wanted and len(wanted) == 16, (store.keys(), wanted)


# Groups that have no stable version.
ONLY_UNSTABLE = ("InternalApiserverApi", "StoragemigrationApi")


def about():
    """Versions, groups and OpenAPI."""
    assert client.VersionApi().get_code().major == "1"
    assert "apps" in [group.name for group in client.ApisApi().get_api_versions().groups]
    assert client.CoreApi().get_api_versions().versions == ["v1"]
    assert "pods/exec" in [each.name for each in core.get_api_resources().resources]
    for name in dir(client):
        if not name.endswith("Api") or name == "CustomObjectsApi":
            continue
        api = getattr(client, name)()
        try:
            if hasattr(api, "get_api_resources"):
                assert api.get_api_resources().resources
            elif hasattr(api, "get_api_group"):
                assert api.get_api_group().versions
        except ApiException as error:
            assert error.status == 404 and (not stable(name) or name in ONLY_UNSTABLE), (name, error)
    document = client.ApiClient().call_api("/openapi/v2", "GET", response_type="object", auth_settings=["BearerToken"], _return_http_data_only=True)
    assert "io.k8s.api.core.v1.Pod" in document["definitions"]
    assert "keys" in client.OpenidApi().get_service_account_issuer_open_id_keyset()


PARTS = (typed, lists, watches, expired, errors, patches, dynamics, documents, custom, leaders, pods, pages, informs, about)

if __name__ == "__main__":
    {part.__name__: part for part in PARTS}[sys.argv[1]]()
