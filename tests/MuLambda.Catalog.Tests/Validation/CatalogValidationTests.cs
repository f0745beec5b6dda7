namespace MuLambda.Catalog.Tests.Validation;

public sealed class CatalogValidationTests
{
    private static readonly Client GoodClient = new(
        "digits-fast",
        new Criteria(new Traits("classification", "image", "label"), new Preference(1, 0), new Bounds(50, 0.9)),
        new Slo(20),
        "http://127.0.0.1:1/probe",
        "local",
        15);

    private static readonly Executor GoodExecutor = new(
        "e-1", "local", [new ModelReference("m", 1)], new ExecutorEndpoints("http://127.0.0.1:1", "https://h:2", "/run/s"),
        ExecutorState.Ready, new ExecutorLoad(1, 2, 0.5), "fine");

    private static readonly ExecutorLaunch GoodLaunch = new(
        ["m", "other"], DateTimeOffset.UnixEpoch, [new(LaunchPhase.Pending, 0), new(LaunchPhase.Ready, 312.5)]);

    private static readonly LatencyReport GoodReport =
        new("local", "c", 1, 2, 10, DateTimeOffset.UnixEpoch);

    public static TheoryData<string, Client> BadClients => new()
    {
        { "id", GoodClient with { Id = "Digits" } },
        { "id", GoodClient with { Id = "" } },
        { "id", GoodClient with { Id = new string('a', 64) } },
        { "id", GoodClient with { Id = "-a" } },
        { "id", GoodClient with { Id = "a-" } },
        { "criteria.required.task", With(GoodClient.Criteria with { Required = new("a b", "x", "x") }) },
        { "criteria.required.input", With(GoodClient.Criteria with { Required = new("x", "", "x") }) },
        { "criteria.required.output", With(GoodClient.Criteria with { Required = new("x", "x", "é") }) },
        { "criteria.desired.latency", With(GoodClient.Criteria with { Desired = new(-1, 1) }) },
        { "criteria.desired.latency", With(GoodClient.Criteria with { Desired = new(double.NaN, 1) }) },
        { "criteria.desired.accuracy", With(GoodClient.Criteria with { Desired = new(1, double.PositiveInfinity) }) },
        { "criteria.desired", With(GoodClient.Criteria with { Desired = new(0, 0) }) },
        { "criteria.bounds.maxLatencyMs", With(GoodClient.Criteria with { Bounds = new(0) }) },
        { "criteria.bounds.minAccuracy", With(GoodClient.Criteria with { Bounds = new(null, 1.01) }) },
        { "slo.latencyMs", GoodClient with { Slo = new Slo(0) } },
        { "slo.target", GoodClient with { Slo = new Slo(1, 1) } },
        { "slo.target", GoodClient with { Slo = new Slo(1, 0) } },
        { "slo.windowSeconds", GoodClient with { Slo = new Slo(1, WindowSeconds: 3599) } },
        { "slo.windowSeconds", GoodClient with { Slo = new Slo(1, WindowSeconds: Slo.MaxWindowSeconds + 1) } },
        { "slo.windowSeconds", GoodClient with { Slo = new Slo(1, WindowSeconds: double.NaN) } },
        { "probeEndpoint", GoodClient with { ProbeEndpoint = "ftp://h/x" } },
        { "probeEndpoint", GoodClient with { ProbeEndpoint = "/probe" } },
        { "probeEndpoint", GoodClient with { ProbeEndpoint = "http://user:secret@h/" } },
        { "probeEndpoint", GoodClient with { ProbeEndpoint = "http://h/" + new string('a', 2048) } },
        { "node", GoodClient with { Node = "Node 1" } },
        { "leaseSeconds", GoodClient with { LeaseSeconds = 0.5 } },
        { "leaseSeconds", GoodClient with { LeaseSeconds = 3601 } },
    };

    private static readonly SloReport GoodSlo = new(
        "s", "c", new Slo(20), DateTimeOffset.UnixEpoch, new SloWindow(3600, 1, 2), [new SloWindow(300, 0, 0)],
        [new SloAlert(3600, 300, 14.4, 20, true)], new LatencyCounts(CatalogLimits.LatencyBuckets - 1, [1]), DateTimeOffset.UnixEpoch);

    public static TheoryData<string, SloReport> BadSlos => new()
    {
        { "[0].selector", GoodSlo with { Selector = "other" } },
        { "[0].client", GoodSlo with { Client = "C" } },
        { "[0].slo.latencyMs", GoodSlo with { Slo = new Slo(-1) } },
        { "[0].window.good", GoodSlo with { Window = new SloWindow(3600, 3, 2) } },
        { "[0].window.good", GoodSlo with { Window = new SloWindow(3600, -1, 2) } },
        { "[0].window.total", GoodSlo with { Window = new SloWindow(3600, 1, long.MaxValue) } },
        { "[0].window.seconds", GoodSlo with { Window = new SloWindow(0, 1, 2) } },
        { "[0].alertWindows[0]", GoodSlo with { AlertWindows = [null!] } },
        { "[0].alertWindows[1].good", GoodSlo with { AlertWindows = [new(1, 0, 0), new(1, 2, 1)] } },
        { "[0].alertWindows", GoodSlo with { AlertWindows = [.. Enumerable.Repeat(new SloWindow(1, 0, 0), 17)] } },
        { "[0].alerts[0]", GoodSlo with { Alerts = [null!] } },
        { "[0].alerts[0].burnRate", GoodSlo with { Alerts = [new(3600, 300, double.NaN, 20, false)] } },
        { "[0].alerts[0].minRequests", GoodSlo with { Alerts = [new(3600, 300, 1, -1, false)] } },
        { "[0].alerts", GoodSlo with { Alerts = [.. Enumerable.Repeat(new SloAlert(1, 1, 1, 1, false), 17)] } },
        { "[0].latencies", GoodSlo with { Latencies = new LatencyCounts(-1, []) } },
        { "[0].latencies", GoodSlo with { Latencies = new LatencyCounts(CatalogLimits.LatencyBuckets - 1, [1, 1]) } },
        { "[0].latencies.counts", GoodSlo with { Latencies = new LatencyCounts(0, [1, -1]) } },
        { "[0]", null! },
    };

    public static TheoryData<string, Executor> BadExecutors => new()
    {
        { "id", GoodExecutor with { Id = "a/b" } },
        { "node", GoodExecutor with { Node = "" } },
        { "models[0].name", GoodExecutor with { Models = [new("M", 1)] } },
        { "models[0].version", GoodExecutor with { Models = [new("m", 0)] } },
        { "models[0].version", GoodExecutor with { Models = [new("m", CatalogLimits.MaxVersion + 1)] } },
        { "models[1]", GoodExecutor with { Models = [new("m", 1), new("m", 1)] } },
        { "models[0]", GoodExecutor with { Models = [null!] } },
        { "models", GoodExecutor with { Models = [.. Enumerable.Range(1, 257).Select(v => new ModelReference("m", v))] } },
        { "endpoints.rest", GoodExecutor with { Endpoints = new("127.0.0.1:1") } },
        { "endpoints.grpc", GoodExecutor with { Endpoints = new("http://h", "unix:/x") } },
        { "endpoints.socket", GoodExecutor with { Endpoints = new("http://h", null, "relative") } },
        { "endpoints.socket", GoodExecutor with { Endpoints = new("http://h", null, "/" + new string('a', 107)) } },
        { "state", GoodExecutor with { State = (ExecutorState)9 } },
        { "load.inFlight", GoodExecutor with { Load = new(-1, 0) } },
        { "load.queued", GoodExecutor with { Load = new(0, -1) } },
        { "load.serviceMs", GoodExecutor with { Load = new(0, 0, double.NaN) } },
        { "reason", GoodExecutor with { Reason = new string('a', 4097) } },
        { "reason", GoodExecutor with { Reason = "\u001b[31m" } },
        { "leaseSeconds", GoodExecutor with { LeaseSeconds = 0 } },
        { "launch.deployments[0]", GoodExecutor with { Launch = GoodLaunch with { Deployments = ["M"] } } },
        { "launch.deployments[0]", GoodExecutor with { Launch = GoodLaunch with { Deployments = [null!] } } },
        { "launch.deployments[1]", GoodExecutor with { Launch = GoodLaunch with { Deployments = ["m", "m"] } } },
        { "launch.deployments", GoodExecutor with { Launch = GoodLaunch with { Deployments = [.. Enumerable.Range(0, 257).Select(i => $"m{i}")] } } },
        { "launch.steps[0]", GoodExecutor with { Launch = GoodLaunch with { Steps = [null!] } } },
        { "launch.steps[1].phase", GoodExecutor with { Launch = GoodLaunch with { Steps = [new(LaunchPhase.Pending, 0), new((LaunchPhase)9, 1)] } } },
        { "launch.steps[0].atMs", GoodExecutor with { Launch = GoodLaunch with { Steps = [new(LaunchPhase.Pending, -1)] } } },
        { "launch.steps[0].atMs", GoodExecutor with { Launch = GoodLaunch with { Steps = [new(LaunchPhase.Pending, double.NaN)] } } },
        { "launch.steps", GoodExecutor with { Launch = GoodLaunch with { Steps = [.. Enumerable.Repeat(new LaunchStep(LaunchPhase.Ready, 1), 65)] } } },
        { "launch.attempt", GoodExecutor with { Launch = GoodLaunch with { Attempt = 0 } } },
    };

    public static TheoryData<string, LatencyReport> BadReports => new()
    {
        { "[0].node", GoodReport with { Node = "other" } },
        { "[0].client", GoodReport with { Client = "?" } },
        { "[0].medianMs", GoodReport with { MedianMs = -1 } },
        { "[0].tailMs", GoodReport with { TailMs = 0.5 } },
        { "[0].tailMs", GoodReport with { TailMs = double.PositiveInfinity } },
        { "[0].samples", GoodReport with { Samples = 0 } },
    };

    public static TheoryData<string, Node> BadNodes => new()
    {
        { "id", GoodNode with { Id = "" } },
        { "probeEndpoint", GoodNode with { ProbeEndpoint = "ftp://h" } },
        { "coordinate.position", GoodNode with { Coordinate = new([], 1, 0) } },
        { "coordinate.position", GoodNode with { Coordinate = new(new double[9], 1, 0) } },
        { "coordinate.position[2]", GoodNode with { Coordinate = new([1, 2, double.NaN], 1, 0) } },
        { "coordinate.position[0]", GoodNode with { Coordinate = new([-60_001], 1, 0) } },
        { "coordinate.heightMs", GoodNode with { Coordinate = new([1], -1, 0) } },
        { "coordinate.error", GoodNode with { Coordinate = new([1], 1, 1.5) } },
        { "leaseSeconds", GoodNode with { LeaseSeconds = 0 } },
    };

    public static TheoryData<string, ModelReference, Traits, Accuracy, string?> BadModels => new()
    {
        { "name", new("a_b", 1), Good, new("top-1", 0.9), null },
        { "version", new("a", 0), Good, new("top-1", 0.9), null },
        { "task", new("a", 1), new("", "image", "label"), new("top-1", 0.9), null },
        { "input", new("a", 1), new("x", "Image", "label"), new("top-1", 0.9), null },
        { "output", new("a", 1), new("x", "image", "a.b"), new("top-1", 0.9), null },
        { "metric", new("a", 1), Good, new("Top 1", 0.9), null },
        { "accuracy", new("a", 1), Good, new("top-1", 91), null },
        { "accuracy", new("a", 1), Good, new("top-1", double.NaN), null },
        { "dataset", new("a", 1), Good, new("top-1", 1, new string('a', 257)), null },
        { "description", new("a", 1), Good, new("top-1", 1), new string('a', 4097) },
    };

    public static TheoryData<string, SelectorReplica> BadSelectors => new()
    {
        { "id", new SelectorReplica("") },
        { "id", new SelectorReplica("Selector") },
        { "id", new SelectorReplica("a/b") },
        { "id", new SelectorReplica(new string('a', 64)) },
        { "node", new SelectorReplica("s", "") },
        { "node", new SelectorReplica("s", "Node 1") },
        { "leaseSeconds", new SelectorReplica("s", LeaseSeconds: 0.5) },
        { "leaseSeconds", new SelectorReplica("s", LeaseSeconds: 3601) },
        { "leaseSeconds", new SelectorReplica("s", LeaseSeconds: double.NaN) },
        { "rest", new SelectorReplica("s", Rest: "127.0.0.1:1") },
    };

    private static Node GoodNode => new("n", "http://h/v1/coordinate", new NodeCoordinate([1, -2, 3], 0, 1));

    private static Traits Good => new("classification", "image", "label");

    [Fact]
    public void Good_nouns_pass()
    {
        CatalogValidation.Validate(GoodClient).ShouldBeEmpty();
        CatalogValidation.Validate(GoodClient with { Slo = null, ProbeEndpoint = null, Node = null, LeaseSeconds = null }).ShouldBeEmpty();
        CatalogValidation.Validate(GoodExecutor).ShouldBeEmpty();
        CatalogValidation.Validate(GoodExecutor with { Models = [], Load = null, Reason = null }).ShouldBeEmpty();
        CatalogValidation.Validate(GoodExecutor with { Launch = GoodLaunch }).ShouldBeEmpty();
        CatalogValidation.Validate("local", [GoodReport]).ShouldBeEmpty();
        CatalogValidation.Validate("s", [GoodSlo, GoodSlo with { Latencies = LatencyCounts.Empty, AlertWindows = [], Alerts = [] }]).ShouldBeEmpty();
        CatalogValidation.Validate(GoodNode).ShouldBeEmpty();
        CatalogValidation.Validate(new Node("n")).ShouldBeEmpty();
        CatalogValidation.Validate(new SelectorReplica("s-1", "n", 10, "http://127.0.0.1:5")).ShouldBeEmpty();
        CatalogValidation.Validate(new SelectorReplica("s")).ShouldBeEmpty();
        CatalogValidation.Validate(new ModelReference("a", 1), Good, new Accuracy("top-1", 1), "what\nit is").ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(BadClients), DisableDiscoveryEnumeration = true)]
    public void A_bad_client_is_refused_by_the_path_of_its_field(string path, Client client) =>
        CatalogValidation.Validate(client).Select(e => e.Path).ShouldContain(path);

    [Theory]
    [MemberData(nameof(BadExecutors), DisableDiscoveryEnumeration = true)]
    public void A_bad_executor_is_refused_by_the_path_of_its_field(string path, Executor executor) =>
        CatalogValidation.Validate(executor).Select(e => e.Path).ShouldContain(path);

    [Theory]
    [MemberData(nameof(BadReports), DisableDiscoveryEnumeration = true)]
    public void A_bad_latency_report_is_refused_by_the_path_of_its_field(string path, LatencyReport report) =>
        CatalogValidation.Validate("local", [report]).Select(e => e.Path).ShouldContain(path);

    [Theory]
    [MemberData(nameof(BadSlos), DisableDiscoveryEnumeration = true)]
    public void A_bad_report_on_an_objective_is_refused_by_the_path_of_its_field(string path, SloReport report) =>
        CatalogValidation.Validate("s", [report]).Select(e => e.Path).ShouldContain(path);

    [Theory]
    [MemberData(nameof(BadNodes), DisableDiscoveryEnumeration = true)]
    public void A_bad_node_is_refused_by_the_path_of_its_field(string path, Node node) =>
        CatalogValidation.Validate(node).Select(e => e.Path).ShouldContain(path);

    [Theory]
    [MemberData(nameof(BadSelectors), DisableDiscoveryEnumeration = true)]
    public void A_bad_selector_is_refused_by_the_path_of_its_field(string path, SelectorReplica selector) =>
        CatalogValidation.Validate(selector).Select(e => e.Path).ShouldContain(path);

    [Theory]
    [MemberData(nameof(BadModels), DisableDiscoveryEnumeration = true)]
    public void A_bad_model_is_refused_by_the_parameter(
        string path, ModelReference model, Traits traits, Accuracy accuracy, string? description) =>
        CatalogValidation.Validate(model, traits, accuracy, description)
            .ShouldHaveSingleItem().Path.ShouldBe(path);

    [Fact]
    public void Every_wrong_field_is_named_with_its_limit()
    {
        var errors = CatalogValidation.Validate(GoodClient with { Id = "?", LeaseSeconds = 0 });

        errors.Select(e => e.Path).ShouldBe(["id", "leaseSeconds"]);
        errors[0].Message.ShouldContain("63");
        errors[1].Message.ShouldContain("3600");
    }

    [Fact]
    public void Too_many_reports_are_refused_without_a_look_at_each()
    {
        var reports = Enumerable.Repeat(GoodReport with { Client = "?" }, 10_001).ToList();

        var errors = CatalogValidation.Validate("local", reports);

        errors[0].ShouldBe(new ValidationError("$", "has 10001 entries; at most 10000 are allowed."));
    }

    private static Client With(Criteria criteria) => GoodClient with { Criteria = criteria };
}
