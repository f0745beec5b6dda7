namespace MuLambda.Catalog.Tests.Validation;

public sealed class DeploymentValidationTests
{
    private static readonly Deployment Good = new(
        "m", 3, 1, 4, "slo", 0, "edge-1", new Dictionary<string, double> { ["targetConcurrency"] = 2, ["panic-window_s.x"] = -0.5 });

    private static readonly ScalingDecision GoodDecision = new(
        "m", 0, DateTimeOffset.UnixEpoch, 1, 2, 3, "slo", "a burst", new Dictionary<string, double> { ["arrivalRps"] = 120 });

    public static TheoryData<string, Deployment> BadDeployments => new()
    {
        { "model", Good with { Model = "M" } },
        { "version", Good with { Version = 0 } },
        { "version", Good with { Version = CatalogLimits.MaxVersion + 1 } },
        { "min", Good with { Min = -1 } },
        { "min", Good with { Min = 65, Max = 65 } },
        { "max", Good with { Max = 65 } },
        { "max", Good with { Min = 0, Max = 0 } },
        { "max", Good with { Min = 5, Max = 4 } },
        { "policy", Good with { Policy = "" } },
        { "keepWarmSeconds", Good with { KeepWarmSeconds = -1 } },
        { "keepWarmSeconds", Good with { KeepWarmSeconds = 86_401 } },
        { "keepWarmSeconds", Good with { KeepWarmSeconds = double.NaN } },
        { "node", Good with { Node = "Edge 1" } },
        { "options", Good with { Options = new Dictionary<string, double> { [""] = 1 } } },
        { "options", Good with { Options = new Dictionary<string, double> { ["\e[31m"] = 1 } } },
        { "options", Good with { Options = Enumerable.Range(0, 33).ToDictionary(i => $"o{i}", i => 1.0) } },
        { "options.a", Good with { Options = new Dictionary<string, double> { ["a"] = double.PositiveInfinity } } },
    };

    public static TheoryData<string, ScalingDecision> BadDecisions => new()
    {
        { "model", GoodDecision with { Model = "other" } },
        { "ready", GoodDecision with { Ready = -1 } },
        { "starting", GoodDecision with { Starting = -1 } },
        { "desired", GoodDecision with { Desired = -1 } },
        { "desired", GoodDecision with { Desired = 65 } },
        { "policy", GoodDecision with { Policy = "S L O" } },
        { "reason", GoodDecision with { Reason = " " } },
        { "reason", GoodDecision with { Reason = new string('a', 4097) } },
        { "inputs", GoodDecision with { Inputs = Enumerable.Range(0, 65).ToDictionary(i => $"i{i}", i => 1.0) } },
        { "inputs.x", GoodDecision with { Inputs = new Dictionary<string, double> { ["x"] = double.NaN } } },
    };

    public static TheoryData<string, Leadership> BadLeaderships => new()
    {
        { "name", new Leadership("Scaler", "a") },
        { "holder", new Leadership("scaler", "") },
        { "leaseSeconds", new Leadership("scaler", "a", 0.5) },
        { "leaseSeconds", new Leadership("scaler", "a", 3601) },
    };

    [Fact]
    public void Good_ones_pass()
    {
        CatalogValidation.Validate(Good).ShouldBeEmpty();
        CatalogValidation.Validate(new Deployment("m")).ShouldBeEmpty();
        CatalogValidation.Validate(Good with { Min = 64, Max = 64, KeepWarmSeconds = 86_400 }).ShouldBeEmpty();
        CatalogValidation.Validate("m", GoodDecision).ShouldBeEmpty();
        CatalogValidation.Validate("m", GoodDecision with { Sequence = -7, Desired = 0, Inputs = new Dictionary<string, double>() }).ShouldBeEmpty();
        CatalogValidation.Validate(new Leadership("scaler", "a", 1, Token: -1)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(BadDeployments), DisableDiscoveryEnumeration = true)]
    public void A_bad_deployment_is_refused_by_the_path_of_its_field(string path, Deployment deployment) =>
        CatalogValidation.Validate(deployment).Select(e => e.Path).ShouldContain(path);

    [Theory]
    [MemberData(nameof(BadDecisions), DisableDiscoveryEnumeration = true)]
    public void A_bad_decision_is_refused_by_the_path_of_its_field(string path, ScalingDecision decision) =>
        CatalogValidation.Validate("m", decision).Select(e => e.Path).ShouldContain(path);

    [Theory]
    [MemberData(nameof(BadLeaderships), DisableDiscoveryEnumeration = true)]
    public void A_bad_leadership_is_refused_by_the_path_of_its_field(string path, Leadership leadership) =>
        CatalogValidation.Validate(leadership).Select(e => e.Path).ShouldContain(path);

    [Theory]
    [InlineData("scaler; token=12", "scaler", 12)]
    [InlineData(" scaler ;token=0", "scaler", 0)]
    [InlineData("a-b;Token=9223372036854775807", "a-b", long.MaxValue)]
    public void The_header_of_a_leader_is_read(string text, string name, long token)
    {
        LeadershipHeader.TryParse(text, out var leadership, out var read).ShouldBeTrue();

        (leadership, read).ShouldBe((name, token));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("scaler")]
    [InlineData("token=1")]
    [InlineData("scaler; token=")]
    [InlineData("scaler; token=-1")]
    [InlineData("scaler; token=1; x=2")]
    [InlineData("scaler; token=1, other; token=2")]
    [InlineData("Scaler; token=1")]
    [InlineData("scaler; token=9223372036854775808")]
    public void What_is_no_such_header_is_not(string? text) => LeadershipHeader.TryParse(text, out _, out _).ShouldBeFalse();

    [Fact]
    public void What_is_written_is_read()
    {
        LeadershipHeader.TryParse(LeadershipHeader.Format("scaler", 7), out var name, out var token).ShouldBeTrue();

        (name, token).ShouldBe(("scaler", 7L));
    }
}
