namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>What became of a request.</summary>
/// <param name="AtSeconds">When it was due, in seconds since the run's begin.</param>
/// <param name="Ms">How long it took from then, in milliseconds.</param>
/// <param name="Failure">What it failed as; null where it was answered.</param>
internal readonly record struct LiveScalingRequest(double AtSeconds, double Ms, string? Failure)
{
    // What a selector answers that has no place for a request.
    private static readonly string[] Refusals = ["http 429", "http 503"];

    public bool IsGood => Failure is null && Ms <= LiveScalingPlan.SloMs;

    public bool IsLate => Failure is null && Ms > LiveScalingPlan.SloMs;

    public bool IsRefused => Failure is not null && Refusals.Contains(Failure);

    public bool IsLost => Failure is not null && !IsRefused;
}
