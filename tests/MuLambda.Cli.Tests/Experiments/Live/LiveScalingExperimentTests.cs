using System.Diagnostics;
using MuLambda.Cli.Experiments.Scaling;

namespace MuLambda.Cli.Tests.Experiments.Live;

/// <summary>A short run on real processes.</summary>
public sealed class LiveScalingExperimentTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_model_is_started_from_zero_for_its_first_request_and_no_request_is_lost()
    {
        using var patience = new CancellationTokenSource(Patience);
        List<int> processes = [];

        // How long replicas stay when no requests come is the policy's: nobody waits for that here.
        var plan = new LiveScalingPlan("slo", 6, 1) { UntilZero = TimeSpan.Zero };
        var result = await new LiveScalingExperiment(plan, _ => { }, processes.AddRange).RunAsync(patience.Token);

        result.Requests.Count.ShouldBe(plan.Load.Schedule().Count());
        result.Lost.ShouldBe(0);
        result.Requests.ShouldContain(request => request.Failure == null, "answered, in time or late");
        result.Samples[0].Alive.ShouldBe(0, "nobody asked yet");
        result.MostReady.ShouldBeInRange(1, LiveScalingPlan.Max);
        result.StartsFromZero.ShouldBe(1);
        result.Decisions.ShouldNotBeEmpty();
        result.Decisions.ShouldAllBe(decision => decision.Reason.Length > 0 && decision.Desired <= LiveScalingPlan.Max);
        result.Launches.ShouldNotBeEmpty();
        result.Launches[0].ReadyMs.ShouldNotBeNull();
        result.ReplicaSeconds.ShouldBeGreaterThan(0);

        // Registry, selector, prober and scaler; the executors ended with the scaler.
        processes.Count.ShouldBe(4);
        processes.ShouldAllBe(id => !IsRunning(id));
    }

    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
