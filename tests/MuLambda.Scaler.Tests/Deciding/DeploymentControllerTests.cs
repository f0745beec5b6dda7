using MuLambda.Catalog;
using MuLambda.Scaler.Deciding;
using MuLambda.Scaler.Demand;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Tests.Deciding;

public sealed class DeploymentControllerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly LaunchBackoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), new Random(1));
    private readonly WishPolicy _policy = new();
    private readonly DeploymentController _controller;
    private int _created;

    public DeploymentControllerTests() => _controller = new DeploymentController(
        _ =>
        {
            _created++;
            return _policy;
        },
        _backoff);

    [Fact]
    public void A_decision_is_told_when_it_changes_with_its_reason_and_inputs()
    {
        _policy.Wish = 2;
        var decision = Decide(ready: 1).ShouldNotBeNull();
        (decision.Model, decision.Ready, decision.Starting, decision.Desired, decision.Policy, decision.Reason).ShouldBe(("a", 1, 0, 2, "slo", "as wished"));
        decision.Inputs.ShouldBe([new("wish", 2)]);

        Decide(ready: 1, starting: 1).ShouldBeNull();
        _policy.Wish = 3;
        Decide(ready: 2).ShouldNotBeNull().Desired.ShouldBe(3);
    }

    [Fact]
    public void While_the_demand_is_not_known_nothing_is_scaled_down_but_up()
    {
        _policy.Wish = 3;
        Decide(ready: 3);
        _policy.Wish = 0;

        Decide(ready: 3, isKnown: false).ShouldBeNull();
        _controller.Target!.Replicas.ShouldBe(3);
        _controller.Target.Reason.ShouldContain("missing data");
        _policy.Wish = 4;
        Decide(ready: 3, isKnown: false).ShouldNotBeNull().Desired.ShouldBe(4);
        _policy.Wish = 0;
        Decide(ready: 4).ShouldNotBeNull().Desired.ShouldBe(0);
    }

    [Fact]
    public void What_is_not_known_is_no_sample_but_what_one_selector_reports_is_although_another_is_silent()
    {
        Decide(ready: 0, isKnown: false);
        _policy.Samples.ShouldBe(0);

        _controller.Decide(new Deployment("a"), Facts(0, 0, isKnown: false) with
        {
            Demand = new DeploymentDemand(default(DemandSample) with { Waiting = 1, WaitingCold = 1 }, null, null, null),
        });
        _policy.Samples.ShouldBe(1);
        Decide(ready: 0);
        _policy.Samples.ShouldBe(2);
    }

    [Fact]
    public void The_bounds_hold_whatever_the_policy_and_the_data()
    {
        _policy.Wish = 100;
        Decide(new Deployment("a", Max: 5)).ShouldNotBeNull().Desired.ShouldBe(5);
        Decide(new Deployment("a", Max: 2), ready: 5, isKnown: false).ShouldNotBeNull().Desired.ShouldBe(2);
        _policy.Wish = 0;
        Decide(new Deployment("a", Min: 1, Max: 2)).ShouldNotBeNull().Desired.ShouldBe(1);
    }

    [Fact]
    public void Another_policy_or_option_is_taken_up_and_anything_else_leaves_the_policy_be()
    {
        Decide(new Deployment("a"));
        Decide(new Deployment("a", Max: 3));
        _created.ShouldBe(1);

        Decide(new Deployment("a", Policy: "fixed"));
        Decide(new Deployment("a", Policy: "fixed", Options: new Dictionary<string, double> { ["replicas"] = 2 }));
        Decide(new Deployment("a", Policy: "fixed", Options: new Dictionary<string, double> { ["replicas"] = 2 }));
        _created.ShouldBe(3);
    }

    [Fact]
    public void A_failed_launch_is_told_with_its_reason_and_when_it_is_tried_again()
    {
        Decide(ready: 0);
        _backoff.Failed(Now, "it hangs");

        var decision = _controller.Failed(new Deployment("a"), "it hangs", Now);

        decision.Reason.ShouldBe("A launch failed: it hangs");
        decision.Inputs["launch_failures"].ShouldBe(1);
        decision.Inputs["backoff_seconds"].ShouldBeInRange(0.5, 1);
    }

    [Fact]
    public void A_policy_that_cannot_be_made_keeps_what_there_is()
    {
        var controller = new DeploymentController(_ => new UnusablePolicy("There is no scaling policy 'best'."), _backoff);

        controller.Decide(new Deployment("a", Policy: "best"), Facts(ready: 2))!.Desired.ShouldBe(2);

        controller.Target!.Reason.ShouldContain("There is no scaling policy 'best'.");
    }

    private ScalingDecision? Decide(int ready, int starting = 0, bool isKnown = true) =>
        _controller.Decide(new Deployment("a"), Facts(ready, starting, isKnown));

    private ScalingDecision? Decide(Deployment deployment, int ready = 0, bool isKnown = true) =>
        _controller.Decide(deployment, Facts(ready, 0, isKnown));

    private static DeploymentFacts Facts(int ready, int starting = 0, bool isKnown = true) =>
        new(Now, new DeploymentDemand(default, null, null, null), isKnown, ready, starting);

    private sealed class WishPolicy : IScalingPolicy
    {
        public int Wish { get; set; }

        public int Samples { get; private set; }

        public string Name => "wish";

        public ScalingTarget Decide(ScalingSnapshot snapshot)
        {
            Samples = snapshot.History.Count;
            return new ScalingTarget(Wish, "as wished", new Dictionary<string, double> { ["wish"] = Wish, ["never"] = double.PositiveInfinity });
        }
    }
}
