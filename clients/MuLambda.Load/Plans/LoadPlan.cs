using MuLambda.Simulation;

namespace MuLambda.Load;

/// <summary>The load of one run: when requests are sent, for how long, and what counts.</summary>
public sealed record LoadPlan
{
    /// <summary>When requests are due, whether or not those before are answered (open loop); null for a closed loop.</summary>
    public ArrivalProcess? Arrivals { get; init; }

    /// <summary>How many streams send one request after the other (closed loop), where there are no <see cref="Arrivals"/>.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>How long is measured, after the warm-up.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How long the same load runs first without being measured.</summary>
    public TimeSpan WarmUp { get; init; }

    /// <summary>How long a request may take from when it is due.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The latency, in milliseconds, within which an answer counts as goodput; null for none.</summary>
    public double? SloMs { get; init; }

    /// <summary>How many requests may be under way in an open loop; what is due beyond that fails as <see cref="FailureKinds.NotSent"/>.</summary>
    public int MaxInFlight { get; init; } = 4096;

    /// <summary>The examples of a request, where its arrival does not say.</summary>
    public int Items { get; init; } = 1;

    /// <summary>Decides everything that is drawn: the same seed gives the same schedule.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>How long a run that is stopped waits for answers.</summary>
    public TimeSpan DrainWhenStopped { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>When the requests of an open loop are due, from the warm-up's begin to the end of what is measured.</summary>
    /// <returns>The arrivals; their times count from the begin of the warm-up.</returns>
    /// <exception cref="InvalidOperationException">The plan is a closed loop.</exception>
    public IEnumerable<Arrival> Schedule()
    {
        var arrivals = Arrivals ?? throw new InvalidOperationException("A closed loop has no schedule.");
        var endMs = (WarmUp + Duration).TotalMilliseconds;
        using var begun = arrivals.Begin(RequestChance.Of(Seed, 0, 0, 0));
        while (begun.MoveNext() && begun.Current.AtMs < endMs)
        {
            yield return begun.Current.Items > 0 ? begun.Current : begun.Current with { Items = Items };
        }
    }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Concurrency, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(WarmUp, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(DrainWhenStopped, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxInFlight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Items, 1);
        if (SloMs is { } slo)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slo, nameof(SloMs));
        }
    }
}
