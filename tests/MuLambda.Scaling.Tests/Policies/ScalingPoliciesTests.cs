namespace MuLambda.Scaling.Tests;

public sealed class ScalingPoliciesTests
{
    public static TheoryData<string> Names => [.. ScalingPolicies.Names];

    [Fact]
    public void The_first_is_the_default_of_deployments() => ScalingPolicies.Names[0].ShouldBe(Deployment.DefaultPolicy);

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_is_made_by_name_with_defaults_within_its_limits(string name)
    {
        ScalingPolicies.Create(name).Name.ShouldBe(name);
        foreach (var option in ScalingPolicies.OptionsOf(name))
        {
            option.Default.ShouldBeInRange(option.Min, option.Max, option.Name);
            option.Help.ShouldNotBeNullOrWhiteSpace();
            ScalingPolicies.Check(name, new Dictionary<string, double> { [option.Name] = option.Default }).ShouldBeEmpty();
            ScalingPolicies.Create(name, new Dictionary<string, double> { [option.Name] = option.Max }).Name.ShouldBe(name);
        }
    }

    [Fact]
    public void What_is_wrong_is_said_by_field_and_limit()
    {
        ScalingPolicies.Check("best", null).ShouldBe(
            [new ValidationError("policy", "must be one of slo, concurrency, hpa, reactive-latency, fixed.")]);
        ScalingPolicies.Check("hpa", new Dictionary<string, double> { ["tolerance"] = 1.5, ["speed"] = 1 }).ShouldBe(
            [
                new ValidationError("options.tolerance", "must be from 0 to 1."),
                new ValidationError(
                    "options.speed",
                    "is no option of the policy 'hpa'; it has target-utilization-percentage, tolerance, sync-period-seconds, scale-down-stabilization-seconds, "
                    + "scale-up-stabilization-seconds, scale-up-percent, scale-up-pods, scale-down-percent, period-seconds."),
            ]);
        ScalingPolicies.Check("fixed", new Dictionary<string, double> { ["replicas"] = double.NaN })[0].Path.ShouldBe("options.replicas");
    }

    [Fact]
    public void What_is_wrong_is_not_made()
    {
        Should.Throw<ArgumentException>(() => ScalingPolicies.Create("best")).Message.ShouldContain("slo, concurrency");
        Should.Throw<ArgumentException>(() => ScalingPolicies.Create("fixed", new Dictionary<string, double> { ["replicas"] = -1 }))
            .Message.ShouldContain("from 0 to 10000");
        Should.Throw<ArgumentException>(() => ScalingPolicies.OptionsOf("best"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Bounds_are_kept_and_every_decision_is_explained_on_random_traces(string name)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var run = 0; run < 20; run++)
        {
            var min = random.Next(3);
            var trace = new Trace(ScalingPolicies.Create(name)) { Min = min, Max = Math.Max(1, min) + random.Next(6), TargetMs = random.Next(2) == 0 ? null : 60 };
            for (var i = 0; i < 400; i++)
            {
                Step(trace, random);
            }

            var floor = name == "hpa" ? Math.Max(1, trace.Min) : trace.Min;
            foreach (var (_, target) in trace.Targets)
            {
                target.Replicas.ShouldBeInRange(floor, trace.Max, $"seed {seed}, run {run}");
                target.Reason.ShouldEndWith(".");
                target.RevisitMs.ShouldBeGreaterThanOrEqualTo(0);
                target.Inputs.Keys.ShouldAllBe(key => key.Length > 0 && char.IsAsciiLetterLower(key[0]));
                target.Inputs.Values.ShouldAllBe(value => double.IsFinite(value), "JSON has no other numbers");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_decision_depends_on_nothing_but_the_snapshot(string name)
    {
        var policy = ScalingPolicies.Create(name);
        var trace = new Trace(policy).Requests(30, 80).Idle(3).Requests(4, 400);

        var (first, second) = (policy.Decide(trace.Snapshot), ScalingPolicies.Create(name).Decide(trace.Snapshot));

        second.Replicas.ShouldBe(first.Replicas);
        second.Reason.ShouldBe(first.Reason);
        second.Inputs.ShouldBe(first.Inputs);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Without_any_report_what_is_there_stays(string name)
    {
        var trace = new Trace(ScalingPolicies.Create(name)) { Ready = 3 };

        trace.Decide().Replicas.ShouldBe(name == "fixed" ? 1 : 3);
    }

    private static void Step(Trace trace, Random random)
    {
        if (random.Next(50) == 0)
        {
            trace.Silence(random.Next(20_000));
        }

        var requests = random.Next(4) == 0 ? 0 : random.Next(300);
        var good = random.Next(requests + 1);
        trace.Add(sample => sample with
        {
            Requests = requests,
            Items = requests * random.Next(1, 3),
            Concurrency = requests * random.NextDouble(),
            BusyReplicas = trace.Ready * random.NextDouble(),
            Good = good,
            Bad = requests - good,
            Waiting = requests > 0 ? random.Next(40) : 0,
            InFlight = random.Next(2) * random.Next(10),
            P95Ms = requests > 0 ? random.Next(200) : double.NaN,
        });
        trace.Service = random.Next(40) == 0 ? null : new ServiceCurve(random.Next(30), random.NextDouble() * 4, 1 + random.NextDouble(), random.Next(1, 4), 32, 100);
        trace.BurnRate = random.Next(10) == 0 ? 14.4 : null;
    }
}
