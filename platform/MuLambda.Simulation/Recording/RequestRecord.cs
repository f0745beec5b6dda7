namespace MuLambda.Simulation;

/// <summary>What became of one request.</summary>
public readonly record struct RequestRecord
{
    /// <summary>The client's index.</summary>
    public int Client { get; init; }

    /// <summary>The stream's index in the client; 0 in an open loop.</summary>
    public int Stream { get; init; }

    /// <summary>The request's number in its stream, from 0.</summary>
    public int Sequence { get; init; }

    /// <summary>Which criteria it was sent with: 0 for the client's first, i + 1 for <see cref="ClientSpec.Changes"/>[i].</summary>
    public int Phase { get; init; }

    /// <summary>The selector it went through.</summary>
    public int Selector { get; init; }

    /// <summary>When it was sent, in milliseconds since the run's begin.</summary>
    public double StartMs { get; init; }

    /// <summary>What it took from there to the end, in milliseconds.</summary>
    public double RoundTripMs { get; init; }

    /// <summary>The index of the executor that answered, or failed last; -1 for none.</summary>
    public int Executor { get; init; }

    /// <summary>That executor's model; -1 for none.</summary>
    public int Model { get; init; }

    /// <summary>The examples it carried.</summary>
    public int Items { get; init; }

    /// <summary>How confident the answer was; <see cref="double.NaN"/> without an answer or where it does not say.</summary>
    public double Confidence { get; init; }

    /// <summary>How it ended.</summary>
    public RequestOutcome Outcome { get; init; }

    /// <summary>Executors tried beyond the first.</summary>
    public int Retries { get; init; }

    /// <summary>When it ended, in milliseconds since the run's begin.</summary>
    public double EndMs => StartMs + RoundTripMs;
}
